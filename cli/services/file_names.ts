/** Which names of files can be used: they come from the other end. Pure. */

/** The longest name that file systems take; bytes. */
const MAX_NAME = 255;
/** Names that mean something else to Windows, and what divides its paths. */
// deno-lint-ignore no-control-regex -- names may hold none
const WINDOWS = /[\\:*?"<>|\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

const encoder = new TextEncoder();

/** Whether `name`, one part of a path, leads elsewhere or can be no file here. */
export function isBadName(name: string): boolean {
  return name === "" || name === "." || name === ".." || /[/\0]/.test(name) ||
    encoder.encode(name).length > MAX_NAME || Deno.build.os === "windows" && WINDOWS.test(name);
}
