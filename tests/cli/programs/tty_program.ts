/** A program with an open {@link Tty}: shows what is typed in hex, and ends in the way that a letter names. */
import { Failure } from "../../../cli/process/failure.ts";
import { listenForStop } from "../../../cli/signals/stop.ts";
import { restoreTerminals, Tty } from "../../../cli/terminal/tty.ts";
import { onUnexpected } from "../../../cli/process/unexpected.ts";

const text = (s: string) => new TextEncoder().encode(s);
const ended = Promise.withResolvers<number>();
using _unexpected = onUnexpected({
  restore: restoreTerminals,
  say: (line) => console.error(`beach: ${line}`),
  exit: Deno.exit,
});
using stop = listenForStop((code) => {
  restoreTerminals();
  Deno.exit(code);
});
stop.signal.addEventListener("abort", () => ended.resolve(stop.code()!));

/** Whether something is still to be shown while the terminal is given back. */
let late = false;
const letters: Record<string, () => void> = {
  q: () => ended.resolve(0),
  l: () => {
    late = true;
    ended.resolve(0);
  },
  t: () =>
    setTimeout(() => {
      throw new Failure({ what: "Thrown in a timer" });
    }),
  r: () => void Promise.reject(new Failure({ what: "Rejected" })),
  d: () => {
    // The forced end, without any closing.
    restoreTerminals();
    Deno.exit(9);
  },
  m: () =>
    void tty.write(
      text("\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?25l\x1b[>1u\x1b[5;10r\x1b[1;31mMODES"),
    ),
  f: () => void flood(),
  b: () => {
    for (;;);
  },
};
const tty = Tty.open({
  oninput(bytes) {
    void tty.write(text(`<${bytes.toHex()}>`));
    letters[new TextDecoder().decode(bytes)]?.();
  },
  onresize: ({ cols, rows }) => void tty.write(text(`[${cols}x${rows}]`)),
  onresume: () => void tty.write(text("[resumed]")),
  ongone: () => {
    const log = Deno.env.get("GONE_LOG");
    if (log) Deno.writeTextFileSync(log, "gone");
    ended.resolve(5);
  },
});

/** More than a terminal takes at once, whose order shows. */
async function flood() {
  for (let i = 0; i < 20_000; i++) void tty.write(text(`${i}\r\n`));
  if (tty.pending < 60_000) throw new Error(`only ${tty.pending} bytes were pending`);
  await tty.drain();
  if (tty.pending !== 0) throw new Error(`${tty.pending} bytes were left`);
  void tty.write(text("FLOODED"));
}

void tty.write(text(`READY ${tty.size.cols}x${tty.size.rows}`));
const code = await ended.promise;
const closed = tty.close("\r\nBYE\r\n");
if (late) void tty.write(text("\x1b[?2004h\x1b[?1049hLATE"));
await closed;
Deno.exit(code);
