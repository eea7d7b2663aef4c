/** The meaning, for people, of an operating system's error text for a failed connection, and what to try. Pure. */

interface Meaning {
  readonly why: string;
  readonly hint: string;
}

/** Error texts and numbers of Linux, macOS and Windows. */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [/network is (?:unreachable|down)|os error (?:5[01]|10[01]|1005[01])\b/i, {
    why: "this machine has no network that leads there",
    hint: "Connect to a network; a host without --road can be joined from its own network only",
  }],
  [/lookup|name or service not known|nodename nor servname|name resolution|dns error|os error 11001\b/i, {
    why: "its name was not found",
    hint: "Check how it is spelt, and that this machine is on line",
  }],
  [/connection refused|os error (?:61|111|10061)\b/i, {
    why: "Connection refused, so nothing runs there",
    hint: "Check the address, and that `beach road` (or the host) still runs there",
  }],
  [/no route to host|host (?:is )?unreachable|os error (?:65|113|10065)\b/i, {
    why: "that machine is not there, or on another network",
    hint: "Check the address; a host without --road can be joined from its own network only",
  }],
  [/tim(?:ed? ?out|eout)|no answer within|os error (?:60|110|10060)\b/i, {
    why: "no answer came",
    hint: "Check the address; the machine may be off, on another network, or behind a firewall",
  }],
];

const CERTIFICATE = /certificate|UnknownIssuer|handshake/i;

/** The meaning of `detail`; `detail` itself where nothing better is known. */
export function unreachable(detail: string): Meaning {
  const known = MEANINGS.find(([words]) => words.test(detail))?.[1];
  if (known !== undefined) return known;
  const said = detail.slice(0, 200).replace(/\.$/, "");
  return CERTIFICATE.test(detail)
    ? {
      why: `its certificate is not accepted: ${said}`,
      hint: "Use the name that the certificate is for, or ask who runs the road",
    }
    : { why: said, hint: "Check the address, the network, and that `beach road` (or the host) runs there" };
}
