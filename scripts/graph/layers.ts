/**
 * Which files may import which others, as data: code that moves bytes does not know their meaning, and only leaves know both.
 * `check_layers.ts` applies it.
 */

export interface Layer {
  readonly name: string;
  /** The files of the layer, by path from the root. A file belongs to the first layer that matches. */
  readonly files: RegExp;
  /** The files of the project that it may import. */
  readonly ours: RegExp;
  /** The packages of the import map that it may import; with `node:` in front, modules of Node's. */
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
    // The road that runs from source, and the script that builds the viewer, know the viewer's sources. Generated data uses the numbers of
    // the session.
    ours: /^(?:scripts\/|road\/http\/web_bundle\.ts$|session\/unicode\/grapheme_class\.ts$)/,
    packages: /^(?:node:|acorn(?:-walk)?$|get-east-asian-width$|@unicode\/)/,
  },
  { name: "frames", files: /^frames\//, ours: /^frames\//, packages: /^(?:msgpackr|fflate)$/ },
  {
    name: "session",
    files: /^session\//,
    ours: /^(?:session\/|frames\/|transport\/(?:link|listeners|token_bucket)\.ts$)/,
    // The hash is for picture ids; `valibot` checks the heads of services.
    packages: new RegExp(`^(?:fflate|@noble/hashes/sha2\\.js|valibot|${EMULATOR})$`),
  },
  {
    // The only layer that uses the native library, separate from what browsers share.
    name: "transport/native",
    files: NATIVE,
    ours: /^transport\//,
    packages: /^(?:node-datachannel|node:os)$/,
  },
  {
    name: "transport",
    files: /^transport\//,
    // Users of the native library get it injected, so nothing here may import it either.
    ours: /^transport\/(?!native\/)/,
    // Ciphers, words, OPAQUE and base64url come from specialised packages; all but OPAQUE from one author, and audited. `valibot` checks
    // JSON from outside.
    packages: /^(?:@noble\/(?:ciphers|hashes)\/|@scure\/(?:base$|bip39\/)|@serenity-kit\/opaque$|valibot$)/,
  },
  {
    name: "road/web",
    files: /^road\/web\//,
    ours: /^(?:road\/web\/|session\/|frames\/|transport\/(?!native\/))/,
    // The hash is that of files.
    packages: /^(?:@xterm\/|valibot$|@noble\/hashes\/(?:sha2|utils)\.js$)/,
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
    // `fastest-levenshtein` finds the variable that a misspelt one was meant to be.
    packages: new RegExp(
      `^(?:node:[a-z/]+|@lydell\\/node-pty|commander|fastest-levenshtein|prom-client|uqr|ws|x11|${EMULATOR})$`,
    ),
  },
  {
    name: "main.ts",
    files: /^main\.ts$/,
    ours: /^(?:(?:cli|road)\/|deno\.json$)/,
    packages: /^commander$/,
  },
  // A file that does not belong at the top; `check_tree.ts` reports it.
  { name: "top level", files: /^/, ours: NOTHING, packages: NOTHING },
];

/** The layer of a file, by its path from the root. */
export function layerOf(path: string): Layer {
  return LAYERS.find((layer) => layer.files.test(path))!;
}
