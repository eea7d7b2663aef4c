/** The flags of what is shared beside the terminal, at the host and at a viewer. */
import { type Flag, list, toggle, value } from "./flags.ts";
import { NAME_FLAG } from "./options_both.ts";
import type { HostOffer } from "./service_values.ts";
import { forwardWord, localForward, nativeOffer, serveOffer } from "./service_values.ts";
import { bytes, duration, text } from "./values.ts";

/** What one message may be at least and at most; bytes. Browsers allow programs 1 MiB, and give them up to 64. */
const LEAST_MESSAGE = 1024;
const MOST_MESSAGE = 64 * 1024 * 1024;

export const SERVICE_FLAGS = {
  // A command holds blanks, so its variable has one a line.
  native: {
    ...list(
      "native",
      "[NAME=]COMMAND",
      nativeOffer,
      "offer a program that speaks the browsers' native messaging; may be repeated",
    ),
    between: /\n+/,
  } as ReturnType<typeof list<HostOffer>>,
  serve: list(
    "serve",
    "[NAME=]URL",
    serveOffer,
    "offer an HTTP service, such as http://127.0.0.1:11434; may be repeated",
  ),
  maxMessage: value(
    "max-message",
    "SIZE",
    bytes(LEAST_MESSAGE, MOST_MESSAGE),
    "the largest message to or from a program (1MiB)",
    1024 * 1024,
  ),
  requestTimeout: value(
    "request-timeout",
    "DUR",
    duration(100),
    "how long a program or service may take to answer (30s)",
    30_000,
  ),
  forward: list(
    "forward",
    "PORT|HOST:PORT|any|none",
    forwardWord,
    "let viewers who may type connect to this from here; may be repeated. Of others you are asked",
  ),
  files: value(
    "files",
    "DIR|none",
    text("a folder, or none"),
    "let viewers who may type get and put files in DIR. Without it you are asked",
  ),
} as const;

/** The flags of `beach join` for forwards, named as in ssh. */
export const FORWARD_FLAGS = {
  localForward: {
    ...list(
      "local-forward",
      "[BIND:]PORT:HOST:PORT",
      localForward,
      "connections to PORT here go to HOST:PORT as the host reaches it; may be repeated",
    ),
    short: "L",
  } as Flag<readonly ReturnType<typeof localForward>[]>,
  noTerminal: toggle("no-terminal", "show no terminal: only forward", { short: "N" }),
} as const;

export const CALL_FLAGS = {
  http: value(
    "http",
    "'METHOD /PATH'",
    text("METHOD /PATH"),
    "ask an HTTP service: what follows its name is the body, - reads it from stdin",
  ),
  header: {
    ...list("header", "'NAME: VALUE'", text("NAME: VALUE"), "a header of that request; may be repeated"),
    short: "H",
  } as Flag<
    readonly string[]
  >,
  name: NAME_FLAG,
} as const;

export const CP_FLAGS = {
  recursive: toggle("recursive", "copy folders with what is in them", { short: "r" }),
  name: NAME_FLAG,
} as const;
