/** What the pack is: the npm packages, their versions, sizes and checksums. A new version is a change of this file. */

/** An npm package of one version. `integrity`: SHA-512 of its file as npm writes it; `bytes`: that file's size. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly bytes: number;
  /** Where its native part goes in `node_modules`, where the package that loads it looks elsewhere than npm puts it. */
  readonly nativeTo?: string;
}

/** What is installed on one kind of machine. `unpacked`: bytes on the disk, at most. */
export interface PinnedPack {
  /** The name of its folder. */
  readonly name: string;
  readonly packages: readonly PinnedPackage[];
  readonly unpacked: number;
}

const VERSION = "6.1.1";
const MB = 1_000_000;

const NODE_AV: PinnedPackage = {
  name: "node-av",
  version: VERSION,
  integrity:
    "sha512-nuj2cpAelVZQ8hWJB26i9wYIPI/l+GzIAw8zbZuepFpq52khjYQ8s5S+Qi2cG1D+zjb7TYx7QqKpiZH32tqo2A==",
  bytes: 805_021,
};

/**
 * By `Deno.build.os` and `Deno.build.arch`. On Windows it is the `mingw` build: the `msvc` one is made with `--enable-nonfree` and may not
 * be handed on. `node-av` looks for `msvc` there, and before that in its own folder `binary/`.
 */
const NATIVE: Readonly<Record<string, PinnedPackage & { readonly unpacked: number }>> = {
  "linux-x86_64": native(
    "linux-x64",
    "2HkBkMUSmA+1sP0PN7eFSkNJhbejgJDCXx0w0ZMRlTLqF+snz5ptf/gl/tQye9yER6I4OGW/7WVL5Y2PVneNCA==",
    62_511_159,
    180 * MB,
  ),
  "linux-aarch64": native(
    "linux-arm64",
    "E5LopQ+LaTGdjmnk3KYsrKF1qRQHT22xVGijUdAcvbScfLTJz2RuJoevKT53cuNupR1gdmRmvnmq+kac4TkDRA==",
    60_790_372,
    151 * MB,
  ),
  "darwin-x86_64": native(
    "darwin-x64",
    "7sfIEA/KkEMPMbfLlU9pGy34vE5iOpWryBFK87jDXeqLo4hB5p5qx2IDKcKfD6WBzEMk5FJScZz4rlT3J546Og==",
    29_441_041,
    75 * MB,
  ),
  "darwin-aarch64": native(
    "darwin-arm64",
    "hJ07HDFwz96MI/EY1V89/jVWXMfn/xb/32vocNhAeqnvBRMZio+hDz8lQloGynqv8iow5y9mPb7fOuzt5cW1+w==",
    27_651_306,
    67 * MB,
  ),
  "windows-x86_64": native(
    "win32-x64-mingw",
    "DqdNMsGTMcmg/y+DwHu+slFdP5VluCFNrefhUoq7mobu2kKk0i3LBN9xz2NdeG15jKB+DCeqFmt0r5iMGymOKA==",
    53_017_077,
    158 * MB,
  ),
  "windows-aarch64": native(
    "win32-arm64-mingw",
    "inhihhVGetTgpYaUQHfeTbG/PdBzYHqBRz79U/83C/64FHw7+sKQF125B7Hfle7tnTX3w7LoJQ+RxsoAP2RWgw==",
    46_324_790,
    150 * MB,
  ),
};

function native(platform: string, integrity: string, bytes: number, unpacked: number) {
  const windows = platform.startsWith("win32");
  return {
    name: `@seydx/node-av-${platform}`,
    version: VERSION,
    integrity: `sha512-${integrity}`,
    bytes,
    unpacked,
    ...(windows && { nativeTo: "node-av/binary" }),
  };
}

/** The pack for a machine, by `Deno.build`; undefined if there is none. */
export function desktopPack(
  { os, arch }: { readonly os: string; readonly arch: string },
): PinnedPack | undefined {
  const found = NATIVE[`${os}-${arch}`];
  if (found === undefined) return undefined;
  const { unpacked, ...package_ } = found;
  return { name: `desktop-${os}-${arch}-${VERSION}`, packages: [NODE_AV, package_], unpacked };
}

/** The names of packs of any version and machine. */
export const PACK_NAME = /^desktop-[a-z0-9]+-[a-z0-9_]+-\d+\.\d+\.\d+$/;
