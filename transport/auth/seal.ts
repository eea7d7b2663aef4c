/**
 * Seals everything that the road carries between a host and one viewer, after the PAKE: ChaCha20-Poly1305 (RFC 8439)
 * with one key per direction and channel, counters as nonces, and the whole address as associated data. The layout is in
 * `README.md`, "From nothing to a link".
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import type { Channel } from "../link.ts";
import { HOST_PEER, type PeerId, type PeerRole, type SignalKind } from "../schema/signal.ts";

/** Bytes that sealing adds: the counter before, the tag after. */
export const SEAL_OVERHEAD = 8 + 16;

const COUNTER = 8;
const NONCE = 12;
const KEY = 32;

/** What has a key of its own in each direction: the three channels of a link, and signals. */
export type SealedChannel = Channel | "signal";

const CHANNELS: readonly SealedChannel[] = ["signal", "ctrl", "term", "bulk"];
const ascii = new TextEncoder();

/** One key and its counter: the last one used, or the last one taken. */
interface Lane {
  readonly key: Uint8Array;
  counter: number;
  readonly about: string;
}

export interface SealOptions {
  /** The PAKE's session key: the same bytes at both ends and nowhere else. */
  readonly key: Uint8Array;
  readonly session: string;
  /** The viewer's id; the other end is the host. */
  readonly viewer: PeerId;
  /** Which end this is. */
  readonly role: PeerRole;
}

/** One end's keys and counters toward one peer. They live as long as the peer does, over any number of sockets, links and roads. */
export class Seal {
  #sending = new Map<SealedChannel, Lane>();
  #taking = new Map<SealedChannel, Lane>();
  #dropped = 0;

  constructor({ key, session, viewer, role }: SealOptions) {
    const salt = ascii.encode(session);
    for (const channel of CHANNELS) {
      for (const direction of ["h>v", "v>h"] as const) {
        const [from, to] = direction === "h>v" ? [HOST_PEER, viewer] : [viewer, HOST_PEER];
        const lane: Lane = {
          key: hkdf(sha256, key, salt, ascii.encode(`beach/1 ${direction} ${channel}`), KEY),
          counter: 0,
          about: [session, from, to, direction, channel].join("\0"),
        };
        const mine = (direction === "h>v") === (role === "host");
        (mine ? this.#sending : this.#taking).set(channel, lane);
      }
    }
  }

  /** Sealed messages that were altered, replayed, reordered or not for us, and went no further. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Seals one message of a link. Consumes a counter, so the order of calls is the order the far end takes them in. */
  seal(channel: Channel, message: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#seal(channel, "", message);
  }

  /** The message in `sealed`, or null (and one more in `dropped`) where it is not the next or a later one of that channel. */
  open(channel: Channel, sealed: Uint8Array): Uint8Array | null {
    return this.#open(channel, "", sealed);
  }

  /** Seals the content of one signal; gives its `data`. */
  sealSignal(kind: SignalKind, negotiation: number, content: Uint8Array): string {
    return encodeBase64Url(this.#seal("signal", `\0${kind}\0${negotiation}`, content));
  }

  /** The content of a signal, or null (and one more in `dropped`). */
  openSignal(kind: SignalKind, negotiation: number, data: string): Uint8Array | null {
    const sealed = decodeBase64Url(data);
    if (sealed !== null) return this.#open("signal", `\0${kind}\0${negotiation}`, sealed);
    this.#dropped++;
    return null;
  }

  #seal(channel: SealedChannel, more: string, message: Uint8Array): Uint8Array<ArrayBuffer> {
    const lane = this.#sending.get(channel)!;
    lane.counter++;
    const out = new Uint8Array(COUNTER + message.length + 16);
    new DataView(out.buffer).setBigUint64(0, BigInt(lane.counter));
    const cipher = chacha20poly1305(lane.key, nonce(out), ascii.encode(lane.about + more));
    out.set(cipher.encrypt(message), COUNTER);
    return out;
  }

  #open(channel: SealedChannel, more: string, sealed: Uint8Array): Uint8Array | null {
    const lane = this.#taking.get(channel)!;
    if (sealed.length >= SEAL_OVERHEAD) {
      const view = new DataView(sealed.buffer, sealed.byteOffset, COUNTER);
      const counter = Number(view.getBigUint64(0));
      if (Number.isSafeInteger(counter) && counter > lane.counter) {
        try {
          const cipher = chacha20poly1305(lane.key, nonce(sealed), ascii.encode(lane.about + more));
          const message = cipher.decrypt(sealed.subarray(COUNTER));
          // Only an authentic counter moves ours: a forged one must not shut out those that follow.
          lane.counter = counter;
          return message;
        } catch {
          // The tag does not fit: counted below like every other message that is not the peer's.
        }
      }
    }
    this.#dropped++;
    return null;
  }
}

/** Four zero bytes and the counter that the sealed message starts with. */
function nonce(sealed: Uint8Array): Uint8Array {
  const out = new Uint8Array(NONCE);
  out.set(sealed.subarray(0, COUNTER), NONCE - COUNTER);
  return out;
}
