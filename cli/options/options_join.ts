/** The flags of `beach join`. */
import { toggle, value } from "./flags.ts";
import { ESCAPE_FLAG, NAME_FLAG } from "./options_both.ts";
import { FORWARD_FLAGS } from "./options_services.ts";
import { oneOf, text } from "./values.ts";

export const JOIN_FLAGS = {
  ...FORWARD_FLAGS,
  predict: value(
    "predict",
    "WHEN",
    oneOf("always", "adaptive", "never"),
    "show keys before the host has: always, adaptive (on slow links), or never",
    "adaptive",
  ),
  view: toggle("view", "watch only: type nothing"),
  name: NAME_FLAG,
  escape: ESCAPE_FLAG,
  clipboard: value(
    "clipboard",
    "WHEN",
    oneOf("ask", "allow", "deny"),
    "let the host's programs copy into your clipboard: ask each time, allow, or deny",
    "ask",
  ),
  events: value(
    "events",
    "FD|FILE",
    text("a file descriptor or a file"),
    "where the JSON events go, such as 3 with 3>events.jsonl",
  ),
} as const;
