/** Readers for the flags of services: what a host offers and allows, and what a viewer forwards. Pure. */
import type { Target } from "../../session/services/forward_target.ts";
import { type Offer, OFFER_NAME } from "../../session/services/offer.ts";
import { BadValue, type Read } from "./values.ts";

/** What a host offers under a name: a command for a shell, or the origin of an HTTP service. */
export type HostOffer =
  | Offer & { readonly kind: "native"; readonly command: string }
  | Offer & { readonly kind: "http"; readonly origin: string };

/** What `-L [BIND:]PORT:HOST:PORT` says. */
export interface Forward {
  readonly bind: string;
  readonly port: number;
  readonly target: Target;
}

/** Where `-L` without `BIND` listens: for programs of this machine alone. */
export const DEFAULT_BIND = "127.0.0.1";

/** `NAME=` before what is offered. */
const NAMED = /^([A-Za-z0-9][A-Za-z0-9._:-]{0,63})=([^]+)$/;

/** An address of which `http://` was left out. */
const HOST_PORT = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/;

/** `[NAME=]COMMAND`: a native program. Without a name it is the program's file name, up to its dot. */
export function nativeOffer(text: string): HostOffer {
  const [, named, rest] = NAMED.exec(text) ?? [undefined, undefined, text];
  const command = (rest ?? text).trim();
  const first = /^(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(command);
  const file = (first?.[1] ?? first?.[2] ?? first?.[3] ?? "").split(/[\\/]/).at(-1)!;
  const name = named ?? file.replace(/(?<=.)\..*$/, "");
  if (command === "" || !OFFER_NAME.test(name)) {
    throw new BadValue("[NAME=]COMMAND, such as helper='python3 helper.py'", "Give it a name: NAME=COMMAND");
  }
  return { kind: "native", name, command };
}

/** `[NAME=]URL`: an HTTP service, of which nothing but the origin is given. Without a name it is host and port. */
export function serveOffer(text: string): HostOffer {
  const wanted = "[NAME=]URL of a service, such as models=http://127.0.0.1:11434";
  const [, named, rest] = NAMED.exec(text) ?? [undefined, undefined, text];
  const address = rest ?? text;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw new BadValue(wanted, HOST_PORT.test(address) ? `Write http://${address}` : undefined);
  }
  if (url.pathname !== "/" || url.search || url.hash || url.username || url.password) {
    throw new BadValue(wanted, `Only a whole service can be offered: ${url.origin}`);
  }
  const name = named ?? url.host;
  if (!OFFER_NAME.test(name)) throw new BadValue(wanted, `Give it a name: NAME=${url.origin}`);
  return { kind: "http", name, origin: url.origin };
}

/** `--forward` says `any`, `none`, or a port of this machine or another's; {@link forwardRule} puts several together. */
export type ForwardWord = "any" | "none" | Target;

/** One `--forward`: a port of this machine, `HOST:PORT`, `any` or `none`. @throws {BadValue} */
export function forwardWord(text: string): ForwardWord {
  if (text === "any" || text === "none") return text;
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || !(port >= 1 && port <= 65_535)) {
    throw new BadValue("PORT, HOST:PORT, any or none, such as 5173 or db.internal:5432");
  }
  return { host: bare(match[1] ?? "localhost"), port };
}

/** `[BIND:]PORT:HOST:PORT` as ssh has it: where to listen here, and where that goes at the host's side. */
export const localForward: Read<Forward> = (text) => {
  const name = String.raw`(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+|\*)`;
  const match = new RegExp(`^(?:${name}:)?(\\d{1,5}):${name}:(\\d{1,5})$`).exec(text);
  const [here, there] = [Number(match?.[2]), Number(match?.[4])];
  if (!match || match[3] === "*" || !(here <= 65_535 && there >= 1 && there <= 65_535)) {
    const short = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text);
    throw new BadValue(
      "[BIND:]PORT:HOST:PORT as in ssh, such as 8080:localhost:5173",
      short ? `Write ${short[1]}:localhost:${short[2] ?? short[1]}` : undefined,
    );
  }
  const bind = match[1] === "*" ? "0.0.0.0" : bare(match[1] ?? DEFAULT_BIND);
  return { bind, port: here, target: { host: bare(match[3]!), port: there } };
};

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
