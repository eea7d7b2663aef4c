/** An X display with all that a host needs of it. */
import { Listeners } from "../../../transport/listeners.ts";
import type { Failure } from "../../process/failure.ts";
import { Capture } from "./capture.ts";
import { Clipboard } from "./clipboard/clipboard.ts";
import { Connection } from "./connection/connection.ts";
import type { XDamage, XFixes } from "./connection/x11_client.ts";
import { Input } from "./input/input.ts";
import { Pointer } from "./pointer.ts";
import { LayoutWatch } from "./screen_layout.ts";
import { ScreenReader } from "./screen_reader.ts";
import type { CaptureArea, DisplayEvents, Environment, ScreenLayout } from "./types.ts";

/** Opens the display `name`, or DISPLAY of `environment`. Throws Failure, one line: none there, refused, or an extension is missing. */
export async function openDisplay(
  name: string | undefined,
  environment: Environment,
  signal: AbortSignal,
): Promise<X11Display> {
  const connection = await Connection.open(name, environment, signal);
  try {
    return await X11Display.start(connection);
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

interface Parts {
  readonly damage: XDamage;
  readonly fixes: XFixes;
  readonly layout: LayoutWatch;
  readonly pointer: Pointer;
  readonly input: Input;
  readonly clipboard: Clipboard;
}

/** An open display. Disposing it lets go of all keys, gives the clipboard up, and closes the connection. */
export class X11Display implements Disposable {
  readonly #listeners = new Listeners<DisplayEvents>();
  readonly #captures = new Set<Capture>();

  private constructor(private readonly connection: Connection, private readonly parts: Parts) {
    const { layout, pointer, clipboard } = parts;
    layout.onchange = (to) => {
      for (const capture of this.#captures) capture.follow(to);
      this.#listeners.emit((listener) => listener.layoutChanged?.(to));
    };
    pointer.onimage = (image) => this.#listeners.emit((listener) => listener.pointerImage?.(image));
    pointer.onmove = (place) => this.#listeners.emit((listener) => listener.pointerMoved?.(place));
    clipboard.onchange = (offer) => this.#listeners.emit((listener) => listener.clipboardChanged?.(offer));
  }

  /** Puts the display together; throws Failure if an extension is missing. */
  static async start(connection: Connection): Promise<X11Display> {
    const fixes = await connection.extension("fixes", "XFIXES");
    const damage = await connection.extension("damage", "DAMAGE");
    const xtest = await connection.extension("xtest", "XTEST");
    const layout = await LayoutWatch.start(connection);
    return new X11Display(connection, {
      damage,
      fixes,
      layout,
      pointer: await Pointer.start(connection, fixes),
      input: new Input(connection, xtest, () => layout.layout),
      clipboard: await Clipboard.start(connection, fixes),
    });
  }

  /** As it was named, e.g. `:0`. */
  get name(): string {
    return this.connection.name.name;
  }

  /** Settles when the server is gone; never after disposal. */
  get lost(): Promise<Failure> {
    return this.connection.lost;
  }

  /** The layout of now. */
  get layout(): ScreenLayout {
    return this.parts.layout.layout;
  }

  get pointer(): Pointer {
    return this.parts.pointer;
  }

  get input(): Input {
    return this.parts.input;
  }

  get clipboard(): Clipboard {
    return this.parts.clipboard;
  }

  /** Adds a listener; the result removes it. */
  listen(listener: Partial<DisplayEvents>): () => void {
    return this.#listeners.add(listener);
  }

  /** Begins to follow what changes in `area`. Throws Failure where the screen's pixels are not of 32 bits. It ends with the display at the latest. */
  async capture(area: CaptureArea): Promise<Capture> {
    const { connection, parts: { damage, fixes } } = this;
    const reader = await ScreenReader.create(connection);
    const layout = () => this.layout;
    const ended = (capture: Capture) => void this.#captures.delete(capture);
    const capture = new Capture({ connection, damage, fixes, reader, layout, ended }, area);
    this.#captures.add(capture);
    return capture;
  }

  [Symbol.dispose](): void {
    for (const capture of [...this.#captures]) capture[Symbol.dispose]();
    const { layout, pointer, input, clipboard } = this.parts;
    for (const part of [input, clipboard, pointer, layout]) part[Symbol.dispose]();
    this.connection[Symbol.dispose]();
  }
}
