/** Why a viewer was not let in, for its person: what that means, and what to try. */
import type { RefusedReason } from "./viewer_events.ts";

/** Where the person reads it: a terminal has flags and commands, a page has its link. */
export type Reader = "terminal" | "page";
/** Both without a full stop at the end of `what`; hints of a page are sentences, those of a terminal are put into one. */
export interface RefusalWords {
  readonly what: string;
  readonly hint: string;
}

/** For each reason what a terminal and what a page says. A viewer that crashed keeps its place until the host misses it. */
const WORDS: Readonly<Record<RefusedReason, Readonly<Record<Reader, RefusalWords>>>> = {
  wrong: {
    terminal: {
      what: "The secret is wrong",
      hint: "Check the words of the code, or ask the host for its newest: an old one may not open any more",
    },
    page: {
      what: "The secret is not the host's",
      hint:
        "Check the words after the # of the link, or ask for the link again: a new session has new words.",
    },
  },
  paused: {
    terminal: {
      what: "The host takes no one in for now: too many wrong secrets",
      hint: "Try again in a minute",
    },
    page: {
      what: "The host takes nobody in just now: too many wrong secrets were tried",
      hint: "Wait a minute and try again.",
    },
  },
  full: {
    terminal: {
      what: "The session is full",
      hint:
        "Ask the host for --max-viewers with a larger number, or try again in a minute: the place of one who crashed is free then",
    },
    page: {
      what: "The session has as many viewers as its host allows",
      hint: "Try again when one has left, or in a minute: the place of one who crashed is free then.",
    },
  },
  locked: {
    terminal: {
      what: "The host has locked the door: nobody new is let in",
      hint: "Ask the person there to unlock it (beach ctl unlock), then try again",
    },
    page: {
      what: "The host has locked the door: nobody new is let in",
      hint: "Ask the person there to unlock it, then try again.",
    },
  },
  silent: {
    terminal: { what: "The host does not answer", hint: "It may have lost its network; try again" },
    page: {
      what: "The host is connected but does not answer",
      hint: "It may have lost its network. Try again in a moment.",
    },
  },
  denied: {
    terminal: { what: "The host said no", hint: "Ask the person there" },
    page: { what: "The person at the host did not let you in", hint: "Ask them, then try again." },
  },
  no_path: {
    terminal: {
      what: "No way to the host could be built",
      hint: "Try another network; beach doctor says what works from here",
    },
    page: {
      what: "No connection to the host came up",
      hint: "A firewall may block it. Try another network, or ask the host to allow the relay.",
    },
  },
};

/** What to tell the person. */
export function refusalWords(reason: RefusedReason, reader: Reader): RefusalWords {
  return WORDS[reason][reader];
}
