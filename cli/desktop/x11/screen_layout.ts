/** The screen's size and its monitors, followed while they change (RandR). */
import type { Buffer } from "node:buffer";
import type { Connection } from "./connection/connection.ts";
import type { XRandr } from "./connection/x11_client.ts";
import type { Monitor, ScreenLayout } from "./types.ts";

/** Events of RandR that are wanted: of the screen, of what drives monitors, of outputs. */
const EVENTS = 1 | 2 | 4;
/** RRGetMonitors, since RandR 1.5. */
const GET_MONITORS = 42;
/** The most monitors that are listed: no machine has more. */
const MAX_MONITORS = 32;
/** Core requests: of a window its size, of an atom its name. */
const GET_GEOMETRY = 14;
const GET_ATOM_NAME = 17;
/** Only monitors that are on. */
const ACTIVE = 1;

/** Follows the layout of one display. */
export class LayoutWatch implements Disposable {
  onchange: ((layout: ScreenLayout) => void) | null = null;
  readonly #stop: () => void;
  #layout: ScreenLayout;
  #reading = false;
  #again = false;

  private constructor(
    private readonly connection: Connection,
    private readonly randr: XRandr,
    layout: ScreenLayout,
  ) {
    this.#layout = layout;
    connection.tell(() => randr.SelectInput(connection.root, EVENTS));
    this.#stop = connection.listen(({ type }) => {
      if ((type & 0x7f) === randr.firstEvent || (type & 0x7f) === randr.firstEvent + 1) void this.#read();
    });
  }

  /** Reads the layout, and follows it from then on. */
  static async start(connection: Connection): Promise<LayoutWatch> {
    const randr = await connection.extension("randr", "RANDR");
    const watch = new LayoutWatch(connection, randr, { width: 0, height: 0, monitors: [] });
    watch.#layout = await readLayout(connection, randr);
    return watch;
  }

  get layout(): ScreenLayout {
    return this.#layout;
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.onchange = null;
  }

  /** Reads it once for any number of events that came meanwhile. */
  async #read(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again) {
        this.#again = false;
        const layout = await readLayout(this.connection, this.randr);
        if (JSON.stringify(layout) === JSON.stringify(this.#layout)) continue;
        this.#layout = layout;
        this.onchange?.(layout);
      }
    } catch {
      // The connection is lost, which it tells itself.
    } finally {
      this.#reading = false;
    }
  }
}

/** The root window's size is asked for by GetGeometry: the setup's is that of the connection's beginning. */
async function readLayout(connection: Connection, randr: XRandr): Promise<ScreenLayout> {
  const window = new Uint8Array(new Uint32Array([connection.root]).buffer);
  const size = await connection.askRaw(GET_GEOMETRY, 0, window, (body) => ({
    width: body.readUInt16LE(8),
    height: body.readUInt16LE(10),
  }));
  const { major_version: major, minor_version: minor } = randr;
  if (major < 1 || (major === 1 && minor < 5)) return { ...size, monitors: [whole(size)] };
  const question = new Uint8Array([...window, ACTIVE, 0, 0, 0]);
  const found = await connection.askRaw(randr.majorOpcode, GET_MONITORS, question, readMonitors);
  const monitors = await Promise.all(found.map(async ({ atom, ...rest }): Promise<Monitor> => ({
    name: await nameOf(connection, atom),
    ...rest,
  })));
  return { ...size, monitors: monitors.length > 0 ? monitors : [whole(size)] };
}

function whole({ width, height }: { readonly width: number; readonly height: number }): Monitor {
  return { name: "screen", primary: true, x: 0, y: 0, width, height };
}

function readMonitors(body: Buffer): (Omit<Monitor, "name"> & { readonly atom: number })[] {
  const count = Math.min(body.readUInt32LE(4), MAX_MONITORS);
  const found = [];
  for (let i = 0, at = 24; i < count && at + 24 <= body.length; i++) {
    found.push({
      atom: body.readUInt32LE(at),
      primary: body[at + 4] === 1,
      x: body.readInt16LE(at + 8),
      y: body.readInt16LE(at + 10),
      width: body.readUInt16LE(at + 12),
      height: body.readUInt16LE(at + 14),
    });
    at += 24 + 4 * body.readUInt16LE(at + 6);
  }
  return found;
}

async function nameOf(connection: Connection, atom: number): Promise<string> {
  const question = new Uint8Array(new Uint32Array([atom]).buffer);
  return await connection.askRaw(GET_ATOM_NAME, 0, question, (body) => {
    return body.toString("utf8", 24, 24 + body.readUInt16LE(0));
  });
}
