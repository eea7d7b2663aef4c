/** `beach play FILE|URL`: shows a recording in this terminal. */
import { AttentionPacer } from "../../session/vt/attention_pacer.ts";
import { ViewerFilter } from "../../session/vt/viewer_filter.ts";
import { newScreen } from "../emulator/new_screen.ts";
import { invitationPage } from "../host/invitation_page.ts";
import { keysOf } from "../terminal/typed_keys.ts";
import type { PlayOptions } from "../options/invocation.ts";
import { Failure, USAGE } from "../process/failure.ts";
import type { Io } from "../process/io.ts";
import { takeTerminal } from "../terminal/keyboard.ts";
import { Painter } from "../terminal/painter.ts";
import { print } from "../terminal/print.ts";
import { hasTerminal, Tty } from "../terminal/tty.ts";
import { Typing } from "../terminal/typing.ts";
import { HELP, Playback } from "./playback.ts";
import { Player } from "./player.ts";
import { readSource } from "./read_source.ts";
import { readRecording, type Recording, withoutPauses } from "./recording.ts";

/** Plays until its person leaves. Returns 0. Throws {@link Failure} if there is nothing to play, or no terminal. */
export async function runPlay(options: PlayOptions, io: Io): Promise<number> {
  const { source, warning } = options;
  if (warning !== undefined) await print(`beach: ${warning}\n`, Deno.stderr);
  if (source === "-" && Deno.stdin.isTerminal()) {
    throw new Failure({
      what: "No recording comes from stdin",
      hint: "Try: beach play FILE",
      code: USAGE,
    });
  }
  const recording = readRecording(await readSource(source, io.stop), source);
  if (source === "-") takeTerminal();
  if (!hasTerminal()) {
    const hint = "Run it in a terminal (over ssh: ssh -t)";
    throw new Failure({ what: "No terminal here to play the recording in", hint });
  }
  using show = new Show(recording, options);
  await show.over(io.stop);
  if (recording.cut) {
    await print("beach: The recording's last line was cut off; the rest was played.\n", Deno.stderr);
  }
  return 0;
}

/** One recording on our terminal. */
class Show implements Disposable {
  readonly #tty: Tty;
  readonly #painter: Painter;
  readonly #player: Player;
  readonly #playback: Playback;
  readonly #typing: Typing<never>;
  readonly #over = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(recording: Recording, { speed, idleLimit }: PlayOptions) {
    const events = withoutPauses(recording.events, idleLimit ?? recording.idleLimit ?? Infinity);
    const screen = newScreen(recording.size.cols, recording.size.rows, 0);
    // A recording may be hostile, as a host may be; nobody is asked whether it may copy.
    const filter = new ViewerFilter(() => "", new AttentionPacer(() => performance.now()));
    this.#typing = new Typing(null, () => ({ keys: {}, moment: 0 }), (parts) => {
      for (const part of parts) {
        if (part.kind !== "send") continue;
        for (const key of part.inputs.flatMap(keysOf)) this.#playback.key(key, performance.now());
      }
      this.#tick();
    });
    this.#tty = Tty.open({
      oninput: (bytes) => this.#typing.read(bytes),
      onresize: (size) => {
        this.#painter.resize(size);
        this.#repaint();
      },
      onresume: () => this.#repaint(),
      ongone: () => this.#over.resolve(),
    });
    this.#player = new Player(events, screen);
    this.#playback = new Playback(events, speed, performance.now());
    this.#painter = new Painter(this.#tty, screen, (text) => filter.string(text), undefined);
    this.#painter.enter();
    this.#tick();
  }

  /** Settles when its person leaves, or `stop` aborts, and the terminal is as it was found. */
  async over(stop: AbortSignal): Promise<void> {
    const stopped = () => this.#over.resolve();
    stop.addEventListener("abort", stopped);
    if (stop.aborted) stopped();
    await this.#over.promise;
    stop.removeEventListener("abort", stopped);
    clearTimeout(this.#timer);
    this.#painter.leave();
    await this.#tty.close();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#typing[Symbol.dispose]();
    this.#tty.restoreNow();
  }

  #repaint(): void {
    this.#painter.renderer.invalidate();
    this.#tick();
  }

  /** Shows what is to be shown by now, and comes again when there is more. */
  #tick(): void {
    clearTimeout(this.#timer);
    const playback = this.#playback;
    if (playback.over) return this.#over.resolve();
    // One moment for all of it: an event between two would be neither shown nor waited for.
    const now = performance.now();
    const count = playback.count(now);
    if (count !== this.#player.goal) this.#player.show(count);
    const done = this.#player.work();
    const { renderer } = this.#painter;
    renderer.overlay(playback.words(now));
    renderer.history(playback.help ? invitationPage(HELP, this.#tty.size.cols) : null);
    void this.#painter.paint();
    const wait = done ? playback.wait(now) - (performance.now() - now) : 0;
    if (wait < Infinity) this.#timer = setTimeout(() => this.#tick(), Math.max(0, wait));
  }
}
