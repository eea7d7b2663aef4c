/** The message of both ends when their protocols differ. */
export function versionsDiffer(host: number, viewer: number): string {
  return `the host speaks Beach protocol ${host}, the viewer ${viewer}: use the same version`;
}
