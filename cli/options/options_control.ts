/** The flags of commands that look at what runs here, and the words of `beach ctl`: `ctl`, `list`, `doctor`. */
import { Failure, USAGE } from "../process/failure.ts";
import { toggle, type Values } from "./flags.ts";
import { BOTH_FLAGS, LOG_FLAGS } from "./options_both.ts";

export const CONTROL_FLAGS = { json: toggle("json", "print the answer as JSON") } as const;

const { road, iceServer, icePolicy, forceWebsocket, strictWebrtc } = BOTH_FLAGS;

/** Those of both ends that say how they would connect. */
export const DOCTOR_FLAGS = {
  road,
  iceServer,
  icePolicy,
  forceWebsocket,
  strictWebrtc,
  ...LOG_FLAGS,
  json: toggle("json", "tell each finding as JSON, one a line"),
} as const;

/** Each verb with what stands after it. */
const VERBS = {
  list: "",
  promote: "VIEWER",
  demote: "VIEWER",
  mute: "VIEWER",
  kick: "VIEWER [WHY]",
  lock: "",
  unlock: "",
  codes: "",
  notice: "TEXT",
  stats: "",
  end: "",
} as const;
type ControlVerb = keyof typeof VERBS;
/** What `beach ctl` can be told. */
export const CONTROL_VERBS: readonly string[] = Object.keys(VERBS);
/** What `grant` makes of a viewer, by the verb. */
const LEVELS: Readonly<Partial<Record<ControlVerb, string>>> = {
  promote: "write",
  demote: "view",
  mute: "mute",
};

/** What a host is asked over its control socket. */
export interface ControlRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The host that is meant, if one is named, and what it is asked. */
export function checkControl(own: Values<typeof CONTROL_FLAGS>, words: readonly string[]) {
  // One word alone that is no verb is more likely a verb that is spelt wrong than a session of which nothing is wanted.
  const [host, rest] = words.length > 1 && !isVerb(words[0]!)
    ? [words[0], words.slice(1)]
    : [undefined, words];
  const [verb, ...more] = rest;
  if (verb === undefined || !isVerb(verb)) {
    throw new Failure({
      what: verb === undefined ? "beach ctl lacks a verb" : "beach ctl can't do that",
      ...(verb !== undefined && { value: verb }),
      wanted: Object.keys(VERBS).join(", "),
      hint: "Try: beach ctl --help",
      code: USAGE,
    });
  }
  return { ...own, host, request: requestOf(verb, more) };
}

function isVerb(word: string): word is ControlVerb {
  return Object.hasOwn(VERBS, word);
}

function requestOf(verb: ControlVerb, words: readonly string[]): ControlRequest {
  const form = VERBS[verb];
  const open = form.endsWith("TEXT") || form.endsWith("[WHY]");
  const least = form === "" ? 0 : 1;
  if (words.length < least || (!open && words.length > least)) {
    const what = words.length < least
      ? `beach ctl ${verb} lacks its ${form.split(" ")[0]}`
      : `Too many words after ${verb}`;
    throw new Failure({ what, hint: `Try: beach ctl ${verb} ${form}`.trimEnd(), code: USAGE });
  }
  if (verb === "notice") return { method: verb, params: { text: words.join(" ") } };
  if (form === "") return { method: verb, params: {} };
  const [who, ...why] = words as readonly [string, ...string[]];
  const to = LEVELS[verb];
  if (to !== undefined) return { method: "grant", params: { who, to } };
  return { method: verb, params: { who, ...(why.length > 0 && { why: why.join(" ") }) } };
}
