/** A host's controls without a network: a real runtime, and a door that keeps what is asked of it. */
import { HostControls } from "../../../cli/control/host_controls.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import type { Role } from "../../../frames/link_frames.ts";

/** A host to be controlled, with what was done to it. */
export class Controlled implements Disposable {
  readonly story: string[] = [];
  readonly runtime: HostRuntime;
  readonly controls: HostControls;
  readonly #opens = new Map<string, Role>();
  #codes = 1;
  readonly door = {
    peers: { locked: false, opens: (peer: string) => this.#opens.get(peer) },
    replace: (roles: readonly Role[], why: string) => {
      this.story.push(`${roles.join(" and ")} replaced: ${why}`);
      this.#codes++;
      for (const [peer, role] of this.#opens) if (roles.includes(role)) this.#opens.delete(peer);
    },
  };

  constructor(viewOnly = false) {
    this.runtime = new HostRuntime(
      {
        type: () => {},
        snapshot: () => new Promise(() => {}),
        lines: () => new Promise(() => {}),
        picture: () => Promise.resolve(undefined),
        log: () => {},
        windowChanged: () => {},
      },
      { cols: 80, rows: 24, singleChannel: false },
      SYSTEM_CLOCK,
    );
    this.controls = new HostControls({
      runtime: this.runtime,
      door: this.door,
      name: "demo",
      command: "bash",
      viewOnly,
      running: () => true,
      ready: () => ({ session: "7kq2mx", code: `code-${this.#codes}`, url: "u", road: "r", view_code: "v" }),
      end: () => void this.story.push("ended"),
      now: SYSTEM_CLOCK.now,
    });
  }

  /** Lets a viewer in by the code of that role. */
  join(peer: string, name: string, role: Role): void {
    this.#opens.set(peer, role);
    const close = (why: string) => {
      this.story.push(`${peer} is closed: ${why}`);
      this.runtime.leave(peer, why);
    };
    this.runtime.join({ peer, name, role }, { close });
  }

  [Symbol.dispose](): void {
    this.runtime[Symbol.dispose]();
  }
}
