/** Bytes as people read them. Pure. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Such as `900 B`, `1.5 KiB` or `12 MiB`: two figures at least. */
export function sizeText(bytes: number): string {
  let unit = 0;
  let size = bytes;
  for (; size >= 1023.5 && unit < UNITS.length - 1; unit++) size /= 1024;
  return `${unit > 0 && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}
