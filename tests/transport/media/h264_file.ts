/** A stream of H.264 for tests: Debian's ffmpeg draws and encodes a moving picture, whose pictures come one by one and for ever. */

/** One picture. */
export interface Picture {
  /** Its NAL units, without start codes. */
  readonly nals: readonly Uint8Array[];
  readonly keyframe: boolean;
}

/** Types of NAL units (table 7-1 of H.264). */
const SLICE = 1;
const IDR_SLICE = 5;

/** Encodes `seconds` of a moving test picture, with a keyframe at the beginning of each `keyframeEvery` pictures and no B frames. */
export async function encodeTestPicture(
  { width, height, fps, seconds, keyframeEvery, kbit }: {
    readonly width: number;
    readonly height: number;
    readonly fps: number;
    readonly seconds: number;
    readonly keyframeEvery: number;
    readonly kbit: number;
  },
): Promise<Picture[]> {
  const { success, stdout, stderr } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=${width}x${height}:rate=${fps}`],
      ...["-t", String(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
      ...["-pix_fmt", "yuv420p", "-bf", "0", "-g", String(keyframeEvery), "-b:v", `${kbit}k`],
      ...["-maxrate", `${kbit}k`, "-bufsize", `${kbit / 4}k`, "-x264-params", "scenecut=0:sliced-threads=0"],
      ...["-f", "h264", "-"],
    ],
  }).output();
  if (!success) throw new Error(`ffmpeg: ${new TextDecoder().decode(stderr)}`);
  return pictures(stdout);
}

/** The pictures of a stream in which each has one slice: it ends with that. */
function pictures(stream: Uint8Array): Picture[] {
  const found: Picture[] = [];
  let nals: Uint8Array[] = [];
  for (const nal of splitAnnexB(stream)) {
    nals.push(nal);
    const type = nal[0]! & 31;
    if (type !== SLICE && type !== IDR_SLICE) continue;
    found.push({ nals, keyframe: type === IDR_SLICE });
    nals = [];
  }
  return found;
}

/** The NAL units of a stream with start codes, which have three bytes or four. */
function splitAnnexB(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let begin = -1;
  const push = (end: number) => {
    if (begin < 0) return;
    while (bytes[end - 1] === 0) end--; // zeros after a unit belong to the next start code
    nals.push(bytes.slice(begin, end));
  };
  for (let one = bytes.indexOf(1, 2); one >= 0; one = bytes.indexOf(1, one + 1)) {
    if (bytes[one - 1] !== 0 || bytes[one - 2] !== 0) continue;
    push(one - 2);
    begin = one + 1;
  }
  push(bytes.length);
  return nals;
}
