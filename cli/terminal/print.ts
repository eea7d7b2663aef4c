/** Text for a person or a script, outside of any session's screen. */
import { OutputQueue } from "./output_queue.ts";

/** Settles with false if the text cannot be written. */
export async function print(
  text: string,
  to: { write(bytes: Uint8Array): Promise<number> } = Deno.stdout,
): Promise<boolean> {
  const queue = new OutputQueue((bytes) => to.write(bytes), () => {});
  return await queue.write(new TextEncoder().encode(text));
}
