/** A screen that follows the session's output while it is shown, and is brought up to date when it is shown again. */
import type { Size } from "../../frames/size.ts";
import type { Screen } from "../../session/screen/screen.ts";
import type { Emulator } from "./emulator.ts";
import { newScreen } from "./new_screen.ts";

/** One screen beside the emulator's own. */
export class FollowedScreen {
  readonly screen: Screen;
  #version = 0;
  #recent: Uint8Array[] | undefined;

  constructor(size: Size, private readonly emulator: Pick<Emulator, "snapshot">) {
    this.screen = newScreen(size.cols, size.rows, 0);
  }

  /** Output came; `shown`: it is to be on the screen. */
  output(bytes: Uint8Array, shown: boolean): void {
    this.#version += bytes.length;
    // While a snapshot is awaited, output is kept to continue from it.
    this.#recent?.push(bytes);
    if (shown && !this.#recent) this.screen.write(bytes);
  }

  /** Brings the screen, which follows only while it is shown, up to date. */
  async catchUp(): Promise<void> {
    const recent: Uint8Array[] = this.#recent = [];
    const snapshot = await this.emulator.snapshot();
    if (this.#recent !== recent) return;
    this.#recent = undefined;
    this.screen.load(snapshot);
    let at = this.#version - recent.reduce((sum, bytes) => sum + bytes.length, 0);
    for (const bytes of recent) {
      if (at + bytes.length > snapshot.version) {
        this.screen.write(bytes.subarray(Math.max(0, snapshot.version - at)));
      }
      at += bytes.length;
    }
  }
}
