/** Looks for text in another process's memory, as someone who owns the machine of a road could. Linux, and a child of ours. */

/** Which of `texts` (ASCII) are in the writable memory of `pid`, as one-byte or two-byte strings. */
export function memoryHolds(pid: number, texts: readonly string[]): Set<string> {
  const needles = texts.flatMap((text) => [{ text, as: text }, { text, as: [...text].join("\0") }]);
  const found = new Set<string>();
  using memory = Deno.openSync(`/proc/${pid}/mem`);
  const overlap = 2 * Math.max(...texts.map((text) => text.length));
  const block = new Uint8Array(4 * 1024 * 1024);
  const words = new Int32Array(block.buffer);
  // A string of one-byte characters: V8 searches that at the machine's speed.
  const decoder = new TextDecoder("latin1");
  for (const [from, to] of writable(pid)) {
    for (let at = from; at < to; at += block.length - overlap) {
      const read = readAt(memory, at, block.subarray(0, Math.min(block.length, to - at)));
      // Most of what V8 has reserved was never used.
      if (isZero(words.subarray(0, read >> 2))) continue;
      const view = decoder.decode(block.subarray(0, read));
      for (const { text, as } of needles) if (!found.has(text) && view.includes(as)) found.add(text);
    }
  }
  return found;
}

function isZero(words: Int32Array): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
  return true;
}

function writable(pid: number): (readonly [number, number])[] {
  const maps = Deno.readTextFileSync(`/proc/${pid}/maps`);
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, from, to]) =>
    [parseInt(from!, 16), parseInt(to!, 16)] as const
  );
}

/** How much was read; what can't be read (a guard page, memory given back meanwhile) holds nothing. */
function readAt(memory: Deno.FsFile, at: number, into: Uint8Array): number {
  try {
    memory.seekSync(at, Deno.SeekMode.Start);
    return memory.readSync(into) ?? 0;
  } catch {
    return 0;
  }
}
