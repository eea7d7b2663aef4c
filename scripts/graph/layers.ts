/** Which files may name which others, as data: what moves bytes does not know what they mean, and only leaves see both. `check_layers.ts` applies it. */

export interface Layer {
  readonly name: string;
  /** Which files are in it, by path from the root. The first layer that fits a file is its own. */
  readonly files: RegExp;
  /** Which of our files it may name. */
  readonly ours: RegExp;
  /** Which packages of the import map it may name; with `node:` in front, modules of Node's. */
  readonly packages: RegExp;
}

/** Needs the native library: not for browsers. */
export const NATIVE = /^transport\/native\//;

const NOTHING = /^$/;
const EMULATOR = "@xterm\\/(?:headless|addon-serialize)";

export const LAYERS: readonly Layer[] = [
  {
    name: "scripts",
    files: /^scripts\//,
    // What the viewer is made from is known to the road that runs from source, and to the script that makes it.
    // What is generated is numbered as the session counts it.
    ours: /^(?:scripts\/|road\/http\/web_bundle\.ts$|session\/unicode\/grapheme_class\.ts$)/,
    packages: /^(?:node:|acorn(?:-walk)?$|get-east-asian-width$|@unicode\/)/,
  },
  { name: "frames", files: /^frames\//, ours: /^frames\//, packages: /^(?:msgpackr|fflate)$/ },
  {
    name: "session",
    files: /^session\//,
    ours: /^(?:session\/|frames\/|transport\/(?:link|listeners|token_bucket)\.ts$)/,
    // The hash names pictures.
    packages: new RegExp(`^(?:fflate|@noble/hashes/sha2\\.js|${EMULATOR})$`),
  },
  {
    // The one place that touches the native library, kept apart from what browsers share.
    name: "transport/native",
    files: NATIVE,
    ours: /^transport\//,
    packages: /^(?:node-datachannel|node:os)$/,
  },
  {
    name: "transport",
    files: /^transport\//,
    // Who wants the native library gets it injected, so nobody here may name it either.
    ours: /^transport\/(?!native\/)/,
    // Ciphers, words, OPAQUE and base64url are for those whose trade they are; all but OPAQUE from one author, and audited.
    // `valibot` says what JSON from outside may be.
    packages: /^(?:@noble\/(?:ciphers|hashes)\/|@scure\/(?:base$|bip39\/)|@serenity-kit\/opaque$|valibot$)/,
  },
  {
    name: "road/web",
    files: /^road\/web\//,
    ours: /^(?:road\/web\/|session\/|frames\/|transport\/(?!native\/))/,
    packages: /^(?:@xterm\/|valibot$)/,
  },
  {
    name: "road",
    files: /^road\//,
    ours: /^(?:road\/(?!web\/)|transport\/(?:schema\/|token_bucket\.ts$))/,
    packages: /^(?:node:[a-z/]+|ws|prom-client|commander|redis|ioredis|iovalkey)$/,
  },
  {
    name: "cli",
    files: /^cli\//,
    ours: /^(?:(?:cli|session|frames)\/|transport\/(?!native\/(?!(?:node_datachannel|addresses)\.ts$)))/,
    // `fastest-levenshtein` finds the variable that was meant by one that is spelt wrong.
    packages: new RegExp(
      `^(?:node:[a-z/]+|@lydell\\/node-pty|commander|fastest-levenshtein|prom-client|uqr|ws|${EMULATOR})$`,
    ),
  },
  {
    name: "main.ts",
    files: /^main\.ts$/,
    ours: /^(?:(?:cli|road)\/|deno\.json$)/,
    packages: /^commander$/,
  },
  // A file at the top that has no business there; `check_tree.ts` names it.
  { name: "top level", files: /^/, ours: NOTHING, packages: NOTHING },
];

/** The layer of a file, by its path from the root. */
export function layerOf(path: string): Layer {
  return LAYERS.find((layer) => layer.files.test(path))!;
}
