/** Whether one more viewer's files fit into what this process may have open. A host that opened one too many would die with its session. */
import type { Log } from "../../transport/log.ts";
import type { OpenFiles } from "../process/open_files.ts";

/** A socket of the road, two connections, and two more while they are made anew; as many again while the first are being closed. */
const VIEWER_FILES = 8;
/** For whatever else happens meanwhile: a log, a look-up of names, the command's end. */
const MARGIN = 8;
/** A refusal is told no more often, in ms: who is refused tries again. */
const TELL_AGAIN = 60_000;

/** Asked before each viewer is let in. */
export function spareFiles(
  files: OpenFiles,
  log: Log,
  now: () => number = () => performance.now(),
): () => boolean {
  let toldAt = -Infinity;
  return () => {
    const used = files.used();
    if (used + VIEWER_FILES + MARGIN <= files.limit) return true;
    if (now() - toldAt >= TELL_AGAIN) {
      toldAt = now();
      log(
        "warn",
        `A viewer was refused: ${used} of ${files.limit} files are open, and a viewer takes ${VIEWER_FILES}. ` +
          `For more, end this session and try: ulimit -n 4096`,
      );
    }
    return false;
  };
}
