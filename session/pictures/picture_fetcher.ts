/** Fetches the pictures that a viewer shows and does not have, one request at a time. Pieces that were not requested are dropped. */
import { PICTURE_KINDS, type PicturePiece } from "../../frames/history_frames.ts";
import type { PictureStore } from "./picture_store.ts";

/** The time limit of a request, in ms: after it, the request was lost with its link, or the host was busy. */
const PATIENCE = 3000;
/** A picture that the host does not have is requested again after so long, in ms: a program may have printed it again. */
const AGAIN = 30_000;
/** The most of those that are remembered. */
const MAX_GONE = 256;

interface Fetching {
  readonly id: string;
  kind: number;
  data: Uint8Array;
  have: number;
  askedAt: number;
}

/** The requests of one viewer. */
export class PictureFetcher {
  #fetching: Fetching | undefined;
  readonly #gone = new Map<string, number>();

  /**
   * @param ask sends a request; false if there is no link
   * @param arrived called when a picture is complete and in the store
   */
  constructor(
    private readonly store: PictureStore,
    private readonly ask: (id: string, from: number) => boolean,
    private readonly arrived: () => void,
  ) {}

  /** Sets which pictures are visible at `now` (ms), and fetches the missing ones. Call it when they change, and regularly. */
  want(ids: Iterable<string>, now: number): void {
    const fetching = this.#fetching;
    if (fetching && now - fetching.askedAt >= PATIENCE) this.#ask(fetching, now);
    if (fetching) return;
    for (const id of ids) {
      if (this.store.get(id) || now - (this.#gone.get(id) ?? -Infinity) < AGAIN) continue;
      this.#fetching = { id, kind: 0, data: new Uint8Array(0), have: 0, askedAt: now };
      return this.#ask(this.#fetching, now);
    }
  }

  /** Handles a piece of an answer. */
  receive({ id, kind, size, from, to, data }: PicturePiece, now: number): void {
    const fetching = this.#fetching;
    if (fetching?.id !== id) return;
    const name = PICTURE_KINDS[kind]!;
    // The host may have forgotten the picture meanwhile.
    if (
      name === "none" || size === 0 ||
      fetching.have > 0 && (size !== fetching.data.length || kind !== fetching.kind)
    ) {
      return this.#failed(id, now);
    }
    if (from !== fetching.have) return;
    if (from === 0) Object.assign(fetching, { kind, data: new Uint8Array(size) });
    fetching.data.set(data, from);
    fetching.have += data.length;
    if (fetching.have === size) {
      this.#fetching = undefined;
      this.store.keep(id, { kind: name, data: fetching.data });
      this.arrived();
    } else if (data.length === 0) this.#failed(id, now);
    else if (fetching.have === to) this.#ask(fetching, now);
  }

  #ask(fetching: Fetching, now: number): void {
    fetching.askedAt = now;
    if (!this.ask(fetching.id, fetching.have) && fetching.have === 0) this.#fetching = undefined;
  }

  #failed(id: string, now: number): void {
    this.#fetching = undefined;
    this.#gone.set(id, now);
    if (this.#gone.size > MAX_GONE) this.#gone.delete(this.#gone.keys().next().value!);
  }
}
