/** Pictures of one colour, made by ffmpeg while a test runs. */

/** A JPEG of one colour, by its name or `0xRRGGBB`. */
export function jpegOf(colour: string, width: number, height: number): Promise<Uint8Array> {
  return imageOf(colour, width, height, "mjpeg", "-q:v", "2");
}

/** A PNG of one colour. */
export function pngOf(colour: string, width: number, height: number): Promise<Uint8Array> {
  return imageOf(colour, width, height, "png");
}

async function imageOf(colour: string, width: number, height: number, codec: string, ...more: string[]) {
  const { success, stdout, stderr } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i", `color=c=${colour}:s=${width}x${height}`],
      ...["-frames:v", "1", "-c:v", codec, ...more, "-f", "image2pipe", "-"],
    ],
    stdin: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return stdout;
}
