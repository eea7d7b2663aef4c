/**
 * Pictures in a viewer's terminal: its abilities are queried when the first picture is visible, and missing pictures are fetched from the
 * host.
 */
import type { PicturePiece } from "../../frames/history_frames.ts";
import { PICTURE_QUESTION, PictureAbilities } from "../../session/pictures/picture_abilities.ts";
import { PictureFetcher } from "../../session/pictures/picture_fetcher.ts";
import type { PictureSource } from "../../session/render/picture_painter.ts";
import type { Pictures } from "../../session/emulator/pictures.ts";
import type { ViewerRuntime } from "../../session/runtime/viewer_runtime.ts";
import type { Tty } from "../terminal/tty.ts";

/** The pictures that a viewer's terminal shows. */
export class ViewerPictures implements PictureSource {
  readonly abilities: PictureAbilities;
  readonly #fetcher: PictureFetcher;
  #asked = false;
  #wanted: ReadonlySet<string> = new Set();

  /**
   * @param pictures of the emulator that shows the session
   * @param changed called when more can be shown than before
   */
  constructor(
    private readonly tty: Tty,
    pictures: Pictures,
    session: Pick<ViewerRuntime, "askPicture" | "resync">,
    changed: () => void,
  ) {
    this.abilities = new PictureAbilities(changed);
    const ask = (id: string, from: number) => session.askPicture(id, from);
    this.#fetcher = new PictureFetcher(pictures.store, ask, changed);
    pictures.onmissed = () => session.resync();
  }

  /** A picture is visible. */
  seen(): void {
    if (this.#asked) return;
    this.#asked = true;
    void this.tty.write(new TextEncoder().encode(PICTURE_QUESTION));
  }

  want(ids: ReadonlySet<string>): void {
    const { kitty, iterm, sixel } = this.abilities;
    // A terminal that shows boxes needs no picture data.
    this.#wanted = kitty || iterm || sixel ? ids : new Set();
    this.look();
  }

  /** Call it regularly. */
  look(): void {
    this.#fetcher.want(this.#wanted, performance.now());
  }

  /** Handles the terminal's answer. */
  answered(answer: Uint8Array): void {
    if (this.#asked) this.abilities.receive(new TextDecoder("latin1").decode(answer), this.tty.size);
  }

  receive(piece: PicturePiece): void {
    this.#fetcher.receive(piece, performance.now());
  }
}
