/** What the pack is, in words. */
import type { PinnedPack } from "./pins.ts";

/** The pack's parts, who made them, and under which licences they are. */
export function licenceText({ packages }: PinnedPack): string {
  const names = packages.map(({ name, version }) => `${name}@${version}`).join(" and ");
  return `The desktop pack is ${names}, as npm has them. Beach (MIT) neither contains nor gives you
any of it: you get it from npm, and Beach compares its SHA-512 with what was looked at.

  node-av               bindings for Node and Deno, by seydx          MIT
  FFmpeg 8.1            with the changes of Jellyfin's jellyfin-ffmpeg   GPL-3.0
  x264, x265            encoders, in FFmpeg                           GPL-2.0 or later
  and other libraries   such as Opus, libvpx, OpenSSL                 theirs, which allow that

As a whole it is under the GNU General Public License, version 3: you may use it for anything,
and who gives it to others must give them its source too. Sources:
  https://github.com/seydx/node-av/tree/v6.1.1
  https://github.com/jellyfin/jellyfin-ffmpeg
  https://code.videolan.org/videolan/x264
  https://www.gnu.org/licenses/gpl-3.0.html
H.264 is covered by patents in some countries; see https://www.via-la.com/licensing-2/avc-h-264/.`;
}
