/** The sound of a desktop: off until a person turns it on, and apart from the picture, which never waits for it. */
import { make } from "../dom/elements.ts";

/** One track of sound, played or not. */
export class Sound {
  readonly #audio = make("audio", { autoplay: true });
  #track: MediaStreamTrack | undefined;
  #on = false;

  /** The track of the connection that is in use; it replaces the one before. */
  take(track: MediaStreamTrack): void {
    this.#track = track;
    this.#follow();
  }

  play(on: boolean): void {
    this.#on = on;
    this.#follow();
  }

  #follow(): void {
    const playing = this.#on && this.#track ? new MediaStream([this.#track]) : null;
    this.#audio.srcObject = playing;
    // A browser that wants a gesture first has had one: a person turned it on.
    if (playing) this.#audio.play().catch(() => {});
  }
}
