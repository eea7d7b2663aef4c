/** Debian's `ffmpeg` and `ffprobe`: another build than the pack's decodes what the pack's encoded. */

/** Runs `program` with `input`; its standard output, and what it said on standard error. Throws if it fails. */
export async function run(
  program: "ffmpeg" | "ffprobe",
  args: readonly string[],
  input: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<{ readonly out: Uint8Array<ArrayBuffer>; readonly said: string }> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(input).then(() => writer.close()).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await written;
  const said = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`${program} failed: ${said}`);
  return { out: stdout, said };
}

/** The pictures of an H.264 byte stream, as BGRX. Throws if the decoder says anything. */
export async function decodeH264(
  stream: Uint8Array<ArrayBuffer>,
  size: { readonly width: number; readonly height: number },
): Promise<Uint8Array<ArrayBuffer>[]> {
  const args = [
    "-v",
    "warning",
    "-f",
    "h264",
    "-i",
    "-",
    "-fps_mode",
    "passthrough",
    "-f",
    "rawvideo",
    "-pix_fmt",
    "bgr0",
    "-",
  ];
  const { out, said } = await run("ffmpeg", args, stream);
  if (said !== "") throw new Error(`the decoder said: ${said}`);
  const bytes = size.width * size.height * 4;
  if (out.length % bytes !== 0) throw new Error(`${out.length} bytes are no pictures of ${bytes}`);
  return Array.from({ length: out.length / bytes }, (_, at) => out.subarray(at * bytes, (at + 1) * bytes));
}

/** The mean difference of two pictures as BGRX, of 255, without the fourth byte. */
export function difference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) if (at % 4 !== 3) sum += Math.abs(one[at]! - other[at]!);
  return sum / (one.length * 3 / 4);
}
