/** Stream 0: the link and the session (`WIRE.md`, "Stream 0"). */
import { features, line, oneOf, port, side, u32, uint, upTo } from "./checks.ts";
import type { Field, Layouts } from "./layout.ts";
import type { Size } from "./size.ts";

/** The only protocol that this build speaks. */
export const WIRE_VERSION = 2;

export type Role = "write" | "view";

/** Why the host sends large output on another channel from now on. */
export type Routing = "fell back" | "lost less" | "stalled";

export interface Hello extends Size {
  readonly type: "Hello";
  readonly protocol: number;
  readonly features: readonly string[];
  /** What of the output is shown, of which generation. */
  readonly have: number;
  readonly gen: number;
  /** Where the input begins that may have to be sent again. */
  readonly input: number;
  readonly name: string;
}

export interface Welcome extends Size {
  readonly type: "Welcome";
  readonly protocol: number;
  readonly features: readonly string[];
  readonly role: Role;
  readonly gen: number;
  /** What of the input was applied. */
  readonly have: number;
  readonly title: string;
}

/** The first frame of an end that speaks another protocol: nothing else of it is read. */
export interface OtherProtocol {
  readonly type: "OtherProtocol";
  readonly protocol: number;
}

/** Is anybody there? Sent into a silence in place of all else. On the wire it is a packet without frames, so that it costs next to nothing. */
export interface Probe {
  readonly type: "Probe";
}

export type LinkFrame =
  | Hello
  | Welcome
  | Probe
  | { readonly type: "Bye"; readonly why: string }
  | { readonly type: "Notice"; readonly text: string }
  | { readonly type: "Routing"; readonly how: Routing }
  | { readonly type: "Exit"; readonly version: number; readonly code: number; readonly signal: number }
  | { readonly type: "Window" } & Size
  | { readonly type: "Offered"; readonly port: number }
  /** What the viewer may do from now on; `may` in the names of `session/PROTOCOL.md`. */
  | { readonly type: "Role"; readonly role: Role; readonly may: readonly string[] };

const size: readonly Field[] = [["cols", side], ["rows", side]];
/** Of every protocol to come, too: by it two ends find out that they differ. */
const protocol: Field = ["protocol", u32];

export const LINK_LAYOUTS: Layouts<Exclude<LinkFrame["type"], "Probe">> = {
  Hello: {
    code: 1,
    fields: [
      protocol,
      ["features", features],
      ["have", uint],
      ["gen", u32],
      ["input", uint],
      ...size,
      ["name", line],
    ],
  },
  Welcome: {
    code: 2,
    fields: [
      protocol,
      ["features", features],
      ["role", oneOf("write", "view")],
      ...size,
      ["gen", u32],
      ["have", uint],
      ["title", line],
    ],
  },
  Bye: { code: 3, fields: [["why", line]] },
  Notice: { code: 4, fields: [["text", line]] },
  Routing: { code: 5, fields: [["how", oneOf("fell back", "lost less", "stalled")]] },
  Exit: { code: 6, fields: [["version", uint], ["code", upTo(255)], ["signal", upTo(255)]] },
  Window: { code: 7, fields: size },
  Offered: { code: 8, fields: [["port", port]] },
  Role: { code: 9, fields: [["role", oneOf("write", "view")], ["may", features]] },
};
