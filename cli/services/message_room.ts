/** How many bytes of messages one viewer may make a host hold: those that come, wait for a program, or wait to be read. */
import { ServiceError } from "../../session/streams/service_error.ts";

/** More than any page has under way; bytes. */
export const MESSAGE_ROOM = 16 * 1024 * 1024;

/** The room of one viewer. */
export class MessageRoom {
  #held = 0;

  /**
   * Takes room for `bytes`; what is returned gives it back. One message has room in any case, however long the host's limit is.
   * @throws {ServiceError} `busy`
   */
  take(bytes: number): Disposable {
    if (this.#held > 0 && this.#held + bytes > MESSAGE_ROOM) {
      throw new ServiceError("busy", "too many bytes of messages are under way for this viewer");
    }
    this.#held += bytes;
    return { [Symbol.dispose]: () => void (this.#held -= bytes) };
  }
}
