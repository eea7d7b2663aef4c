/**
 * The form of an ICE candidate (RFC 8839 section 5.1, RFC 6544 for TCP), checked before native code parses it: libdatachannel and libjuice
 * were written for candidates of browsers, not of attackers.
 */

/** The result of the check of a peer's candidate. */
export type CandidateVerdict =
  | { readonly kind: "candidate"; readonly line: string }
  /** The end of gathering: nothing to pass on. */
  | { readonly kind: "end" }
  /** Well formed but of no use here; `why` is for the log. */
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** The longest candidate line; one of a browser has about 150 characters. */
const MAX_CANDIDATE = 512;
/** `a=mid` of the only media section: `0` in browsers, `data` or `0` elsewhere. */
export const MID = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,16}$/;

const LINE =
  /^(?:a=)?candidate:([A-Za-z0-9+/]{1,32}) ([0-9]{1,3}) ([A-Za-z0-9-]{1,16}) ([0-9]{1,10}) ([0-9A-Za-z:.-]{1,253}) ([0-9]{1,5}) typ ([a-z]{1,8})((?: [!-~]{1,64} [!-~]{1,64}){0,12})$/;
const TYPES = ["host", "srflx", "prflx", "relay"];
const MAX_PRIORITY = 2 ** 32 - 1;
const MDNS = /^[A-Za-z0-9-]{1,63}\.local$/;

/** Checks one candidate and the media section that it names. Never throws. */
export function checkCandidate(candidate: string, mid: string): CandidateVerdict {
  if (!MID.test(mid)) return malformed("its media section has no valid name");
  const text = candidate.trim();
  if (text === "" || text === "end-of-candidates" || text === "a=end-of-candidates") return { kind: "end" };
  if (text.length > MAX_CANDIDATE) return malformed(`it has ${text.length} characters`);
  const match = LINE.exec(text);
  if (!match) return malformed("it does not follow RFC 8839");
  const [, , component, transport, priority, address, port, type, more] = match as unknown as string[];
  if (component !== "1") return malformed("a data channel has component 1 only");
  if (Number(priority) > MAX_PRIORITY) return malformed("its priority has more than 32 bits");
  if (Number(port) > 65535) return malformed("its port is over 65535");
  if (!TYPES.includes(type!)) return malformed("its type is not host, srflx, prflx or relay");
  const wrong = checkExtensions(more!);
  if (wrong !== null) return malformed(wrong);
  // Browsers hide local addresses this way. The far end can still reach us, and we learn its address from its checks (RFC 8445 section
  // 7.3.1.3); resolving a name that a peer chose would reveal to it who resolves it.
  if (MDNS.test(address!)) return { kind: "ignored", why: "its address is an mDNS name" };
  if (!isIPv4(address!) && !isIPv6(address!)) return malformed("its address is not an IP address");
  if (transport!.toUpperCase() !== "UDP") return { kind: "ignored", why: "it is not for UDP" };
  if (Number(port) === 0) return malformed("its port is 0");
  return { kind: "candidate", line: text.replace(/^a=/, "") };
}

function malformed(why: string): CandidateVerdict {
  return { kind: "malformed", why };
}

/** Checks the `name value` pairs after the type; values that libraries parse as numbers or addresses must be valid. Null if they are. */
function checkExtensions(more: string): string | null {
  const words = more.split(" ").slice(1);
  for (let i = 0; i < words.length; i += 2) {
    const value = words[i + 1]!;
    switch (words[i]) {
      case "raddr":
        if (!isIPv4(value) && !isIPv6(value) && !MDNS.test(value)) {
          return "its related address is not an address";
        }
        break;
      case "rport":
      case "generation":
      case "network-id":
      case "network-cost":
        if (!/^[0-9]{1,10}$/.test(value)) return `its ${words[i]} is not a number`;
        break;
      case "tcptype":
        if (!/^(?:active|passive|so)$/.test(value)) return "its tcptype is unknown";
        break;
    }
  }
  return null;
}

/** Whether `text` is an IPv4 address of four decimal numbers. */
export function isIPv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

/**
 * Whether `text` is an IPv6 address (RFC 4291 section 2.2, without a zone): `::` at most once, eight groups, perhaps IPv4 in the last two.
 */
export function isIPv6(text: string): boolean {
  if (!text.includes(":") || text.length > 45) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === "") continue;
    const parts = half.split(":");
    for (const [at, part] of parts.entries()) {
      const last = index === halves.length - 1 && at === parts.length - 1;
      if (last && part.includes(".")) {
        if (!isIPv4(part)) return false;
        groups += 2;
      } else {
        if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return false;
        groups++;
      }
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}
