/** Why a road cannot listen, in one line for its operator: what was wrong, the value, what would be right, what to try. */

/** The address and port to listen at. */
interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** The system's error: its code (`EADDRINUSE`) and its message. */
interface Cause extends Error {
  readonly code?: string;
}

/** A port that needs no privileges. */
const PLAIN_PORT = 8080;
/** The most addresses of this machine that the line lists. */
const MAX_NAMED = 4;

/** The error for a failed `listen`; `own` are this machine's addresses. */
export function listenError(place: Place, cause: Cause, own: readonly string[]): Error {
  return new Error(`can't listen on ${written(place)}: ${reason(place, cause, own)}.`, { cause });
}

function reason({ hostname, port }: Place, { code, message }: Cause, own: readonly string[]): string {
  const named = [...new Set(own)].slice(0, MAX_NAMED).join(", ");
  const all = written({ hostname: "0.0.0.0", port });
  const first = written({ hostname: own[0] ?? "127.0.0.1", port });
  const wanted = `wanted one of this machine, such as ${named}. Try ${first}, or ${all} for all of them`;
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use; wanted a free one. Try another, or 0 for any that is free";
    case "EACCES":
    case "EPERM":
      return `you may not use this port; wanted one from 1024 on. Try ${
        written({ hostname, port: PLAIN_PORT })
      }`;
    // Deno reports EADDRNOTAVAIL as EINVAL.
    case "EADDRNOTAVAIL":
    case "EINVAL":
      return `there is no such address here; ${wanted}`;
    case "EAFNOSUPPORT":
      return `no such kind of address works here; ${wanted}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name stands for no address; ${wanted}`;
    default:
      return message.replace(/\.$/, "");
  }
}

function written({ hostname, port }: Place): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
