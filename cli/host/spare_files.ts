/** Whether this process may open the files of one more viewer. A host that opened one too many would die with its session. */
import type { Log } from "../../transport/log.ts";
import type { OpenFiles } from "../process/open_files.ts";

/** A socket of the road, two connections, and two more while they are rebuilt; as many again while the first are being closed. */
const VIEWER_FILES = 8;
/** For other needs: a log, a name lookup, the end of the command. */
const MARGIN = 8;
/** The shortest interval of messages about refusals, in ms: a refused viewer tries again. */
const TELL_AGAIN = 60_000;

/** Asked before each viewer is admitted. */
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
