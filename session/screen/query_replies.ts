/**
 * Answers the terminal queries that xterm.js leaves unanswered, so that a program gets exactly one answer, from the host's emulator. The
 * answers of xterm.js itself (DA1, DA2, DSR, most of DECRQM) take the same path.
 */

import { attributesOf, sgr } from "../emulator/attributes.ts";
import {
  colourReply,
  type Colours,
  dynamicColour,
  isDark,
  paletteColour,
  parseColour,
} from "../vt/colours.ts";
import type { Screen } from "./screen.ts";
import { CLUSTER_MODE } from "../emulator/widths.ts";

/** The answer to XTVERSION. */
export const TERMINAL_NAME = "Beach(0.1)";

/** Capabilities that XTGETTCAP can request, by name. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  TN: "xterm-256color",
  Co: "256",
  colors: "256",
  RGB: "8/8/8",
};

/** The most names in one XTGETTCAP. */
const MAX_NAMES = 32;

/**
 * Calls `send` with each answer, in the order of the queries. `colours` returns those of the host's terminal that are known so far. Call
 * once, before the screen is written to. The answers of a screen without this call are not sent anywhere.
 */
export function answerQueries(
  screen: Screen,
  colours: () => Colours,
  send: (bytes: Uint8Array) => void,
): void {
  const { emulator, terminal, shadow, widths } = screen;
  const input = emulator._inputHandler;
  const reply = (text: string) => {
    emulator.coreService.triggerDataEvent(text);
    return true;
  };
  terminal.onData((text) => send(new TextEncoder().encode(text)));
  terminal.onBinary((text) => send(Uint8Array.from(text, (c) => c.charCodeAt(0))));

  input.registerCsiHandler({ prefix: ">", final: "q" }, (p) => {
    return p.params[0] === 0 ? reply(`\x1bP>|${TERMINAL_NAME}\x1b\\`) : true;
  });
  input.registerCsiHandler({ prefix: "=", final: "c" }, (p) => {
    return p.params[0] === 0 ? reply("\x1bP!|00000000\x1b\\") : true;
  });
  input.registerCsiHandler({ final: "x" }, (p) => {
    return p.params[0]! > 1 ? true : reply(`\x1b[${p.params[0]! + 2};1;1;128;128;1;0x`);
  });
  input.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, (p) => {
    return p.params[0] === CLUSTER_MODE ? reply(`\x1b[?${CLUSTER_MODE};${widths.clusters ? 1 : 2}$y`) : false;
  });
  // In origin mode the cursor's row counts from the top margin; with a pending wrap it is in the last column.
  const cursor = () => {
    const { x, y, scrollTop } = emulator._bufferService.buffers.active;
    const row = emulator.coreService.decPrivateModes.origin ? y - scrollTop : y;
    return `${row + 1};${Math.min(x, terminal.cols - 1) + 1}`;
  };
  input.registerCsiHandler({ final: "n" }, (p) => p.params[0] === 6 ? reply(`\x1b[${cursor()}R`) : false);
  input.registerCsiHandler({ prefix: "?", final: "n" }, (p) => {
    if (p.params[0] === 6) return reply(`\x1b[?${cursor()}R`);
    if (p.params[0] !== 996) return false;
    return reply(`\x1b[?997;${isDark(dynamic(shadow, colours, 11)) ? 1 : 2}n`);
  });
  input.registerDcsHandler({ intermediates: "$", final: "q" }, (data) => {
    if (data !== "m") return false;
    const set = sgr(attributesOf(input._curAttrData));
    return reply(`\x1bP1$r${set.slice(2, set.indexOf("m")) || "0"}m\x1b\\`);
  });
  input.registerDcsHandler({ intermediates: "+", final: "q" }, (data) => {
    for (const name of data.split(";").slice(0, MAX_NAMES)) reply(capability(name));
    return true;
  });
  answerColours(input, shadow, colours, reply);
}

/** Questions for colours: OSC 4 for the palette, 10 to 12 for foreground, background and cursor. */
function answerColours(
  input: Screen["emulator"]["_inputHandler"],
  shadow: Screen["shadow"],
  colours: () => Colours,
  reply: (text: string) => void,
): void {
  input.registerOscHandler(4, (data) => {
    const parts = data.split(";");
    for (let i = 0; i + 1 < parts.length; i += 2) {
      const index = Number(parts[i]);
      if (parts[i + 1] !== "?" || !Number.isInteger(index) || index < 0 || index > 255) continue;
      const colour = parseColour(shadow.palette(index) ?? "") ?? colours().palette.get(index) ??
        paletteColour(index);
      reply(`\x1b]4;${index};${colourReply(colour)}\x1b\\`);
    }
    return false;
  });
  for (const first of [10, 11, 12]) {
    input.registerOscHandler(first, (data) => {
      data.split(";").forEach((part, i) => {
        if (part === "?" && first + i <= 12) {
          reply(`\x1b]${first + i};${colourReply(dynamic(shadow, colours, first + i))}\x1b\\`);
        }
      });
      return false;
    });
  }
}

function dynamic(shadow: Screen["shadow"], colours: () => Colours, code: number) {
  return parseColour(shadow.dynamic(code) ?? "") ?? dynamicColour(colours(), code);
}

/** The answer for one capability, whose name is in hex; `0` means unknown. */
function capability(hex: string): string {
  const known = /^(?:[0-9a-fA-F]{2}){1,32}$/.test(hex);
  const name = known ? hex.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))) : "";
  const value = Object.hasOwn(CAPABILITIES, name) ? CAPABILITIES[name] : undefined;
  if (value === undefined) return `\x1bP0+r${known ? hex : ""}\x1b\\`;
  const encoded = Array.from(value, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return `\x1bP1+r${hex}=${encoded}\x1b\\`;
}
