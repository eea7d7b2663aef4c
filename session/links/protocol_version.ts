/** What both ends say where their protocols differ: neither knows what the other's messages mean. */
export function versionsDiffer(host: number, viewer: number): string {
  return `the host speaks Beach protocol ${host}, the viewer ${viewer}: use the same version`;
}
