/** The socket to an X server, and the cookie that it asks for. */
import { connect, type Socket } from "node:net";
import { hostname } from "node:os";
import { Failure } from "../../../process/failure.ts";
import type { Environment } from "../types.ts";
import { type DisplayName, FIRST_PORT } from "./display_name.ts";
import { type Cookie, findCookie } from "./xauthority.ts";

/** The largest file of cookies that is read, in bytes: one entry a display has some 60. */
const MAX_AUTHORITY = 1024 * 1024;

/** Connects to `where`. Throws Failure if nothing listens there or it may not be opened; the signal's reason if that aborts first. */
export function connectSocket(where: DisplayName, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = where.host === undefined
    ? connect(`/tmp/.X11-unix/X${where.display}`)
    : connect(FIRST_PORT + where.display, where.host);
  const aborted = () => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener("abort", aborted, { once: true });
  socket.once("connect", () => {
    signal.removeEventListener("abort", aborted);
    if (where.host !== undefined) socket.setNoDelay(true);
    resolve(socket);
  });
  // It stays: an error that nobody listens to would end the process; the loss is told by `close`.
  socket.on("error", (cause: Error & { readonly code?: string }) => {
    signal.removeEventListener("abort", aborted);
    reject(unreachable(where, cause));
  });
  return promise;
}

/** The secret for the server at the other end of `socket`, from XAUTHORITY or `~/.Xauthority`; empty if there is none. */
export async function cookieFor(
  where: DisplayName,
  socket: Socket,
  environment: Environment,
): Promise<Cookie> {
  const path = environment.XAUTHORITY || (environment.HOME && `${environment.HOME}/.Xauthority`);
  if (!path) return { name: "", data: "" };
  let file: Uint8Array;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_AUTHORITY) {
      throw new Error(`it has ${size} bytes, and such a file at most ${MAX_AUTHORITY}`);
    }
    file = await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return { name: "", data: "" };
    throw new Failure({
      what: "The file with the X display's cookie can't be read",
      value: path,
      hint: cause instanceof Error ? cause.message.split("\n")[0] : undefined,
      cause,
    });
  }
  return findCookie(file, {
    host: hostname(),
    address: where.host === undefined ? undefined : addressOf(socket.remoteAddress),
    display: where.display,
  });
}

/** IPv4 as four bytes; undefined for this machine, whose entries are found by its name. IPv6 entries belong to no server that listens. */
function addressOf(text: string | undefined): Uint8Array | undefined {
  const plain = text?.replace(/^::ffff:/, "") ?? "";
  if (plain === "" || plain === "::1" || plain.startsWith("127.")) return undefined;
  return Uint8Array.from(plain.split("."), Number);
}

function unreachable({ name }: DisplayName, cause: Error & { readonly code?: string }): Failure {
  if (cause.code === "EACCES" || cause.code === "EPERM") {
    return new Failure({ what: "No permission to open the X display", value: name, cause });
  }
  return new Failure({
    what: "There is no such X display",
    value: name,
    hint: "Check DISPLAY, or start a screen of its own with --desktop virtual",
    cause,
  });
}
