/** The door of a host: who may log in, with which secrets, on one session of a road after the other; and whether it is locked. */
import { GuessLimit } from "../auth/guess_limit.ts";
import { HostLogin, type Refusal } from "../auth/host_login.ts";
import type { Access } from "../auth/join_code.ts";
import { decoyRecord, type PakeRecord } from "../auth/pake.ts";
import type { Log } from "../log.ts";
import type { PeerId, Signal } from "../schema/signal.ts";
import type { Entrance } from "./host_events.ts";

export interface HostDoorOptions {
  /** From KE2 until the guess counts as wrong, in ms. */
  readonly patience: number;
  /** A monotonic clock, in ms. */
  readonly now: () => number;
  readonly log: Log;
  /** Whether there is room for one of that id. */
  readonly room: (peer: PeerId) => boolean;
  /** The peer proved the secret of that role. */
  readonly proved: (peer: PeerId, access: Access, key: Uint8Array, negotiation: number) => void;
  /** Another wrong guess; `failures` in all. */
  readonly failed: (failures: number) => void;
  /** A role's secret has used up its guesses, with `failures` in all: makes the next record, or null: the role closes. */
  readonly spent: (access: Access, failures: number) => PakeRecord | null;
}

/** Logins at a host, wherever its session is on a road. */
export class HostDoor {
  /** Nobody logs in; who is in stays. */
  locked = false;
  readonly #limit: GuessLimit;
  #open: Partial<Record<Access, PakeRecord>>;
  #logins: HostLogin;

  constructor(entrance: Entrance, private readonly options: HostDoorOptions) {
    const { bits } = decoyRecord("view", entrance.session);
    const { write, view } = entrance.records;
    this.#limit = new GuessLimit(
      { write: write?.bits ?? bits, view: view?.bits ?? bits },
      options.now(),
    );
    this.#open = entrance.records;
    this.#logins = this.#at(entrance);
  }

  /** Viewers log in elsewhere from now on. */
  enter(entrance: Entrance): void {
    this.#logins.close();
    this.#open = entrance.records;
    this.#logins = this.#at(entrance);
  }

  #at({ road, session, records }: Entrance): HostLogin {
    const { patience, now, log, proved, failed, spent } = this.options;
    const whole = {
      write: records.write ?? decoyRecord("write", session),
      view: records.view ?? decoyRecord("view", session),
    };
    for (const access of ["write", "view"] as const) this.#limit.renew(access, whole[access].bits);
    return new HostLogin({
      ...{ session, records: whole, limit: this.#limit, patience, now, log, proved, failed },
      refuses: (peer) => this.locked ? "locked" : this.options.room(peer) ? null : "full",
      send: (peer, negotiation, data) => void road.signal(peer, { kind: "pake", negotiation, data }),
      spent: (access) => {
        if (this.#open[access] === undefined) return decoyRecord(access, session);
        return spent(access, this.#limit.failuresOf(access));
      },
    });
  }

  /** A role that is open has another secret: who has not proved the old one by now is too late. */
  renew(access: Access, record: PakeRecord): void {
    if (this.#open[access] === undefined) return;
    this.#open = { ...this.#open, [access]: record };
    this.#logins.renew(access, record);
  }

  /** Handles a `pake` signal. */
  receive(peer: PeerId, signal: Signal): void {
    this.#logins.receive(peer, signal);
  }

  /** A viewer is on the road; `from`: the road's token for its address. */
  arrived(peer: PeerId, from: string | undefined): void {
    this.#logins.arrived(peer, from);
  }

  /** A viewer has left the road. */
  left(peer: PeerId): void {
    this.#logins.left(peer);
  }

  /** Tells a viewer that it is not let in. */
  refuse(peer: PeerId, negotiation: number, why: Refusal): void {
    this.#logins.refuse(peer, negotiation, why);
  }

  /** Wrong guesses at a role's secret since the start. */
  failures(access: Access): number {
    return this.#limit.failuresOf(access);
  }

  /** Ends every login without an answer. */
  close(): void {
    this.#logins.close();
  }
}

/** The id on the road, unless a viewer that is in had it before. */
export function freeId(peer: PeerId, taken: ReadonlyMap<string, unknown>): string {
  let id = peer;
  for (let n = 2; taken.has(id); n++) id = `${peer}.${n}`;
  return id;
}
