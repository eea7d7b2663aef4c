/**
 * Seals everything that the road carries between a host and one viewer, after the PAKE: ChaCha20-Poly1305 (RFC 8439) with one key per
 * direction and channel, counters as nonces, and the full address as associated data. The layout is in `README.md`, "From nothing to a
 * link".
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import type { Channel } from "../link.ts";
import { HOST_PEER, type PeerId, type PeerRole, type SignalKind } from "../schema/signal.ts";

/** Bytes that sealing adds: the counter in front, the tag behind. */
export const SEAL_OVERHEAD = 8 + 16;

const COUNTER = 8;
const NONCE = 12;
const KEY = 32;

/** What has its own key in each direction: the three channels of a link, and signals. */
export type SealedChannel = Channel | "signal";

const CHANNELS: readonly SealedChannel[] = ["signal", "ctrl", "term", "bulk"];
const ascii = new TextEncoder();

/** One key and its counter: the last one used for sealing, or the last one accepted. */
interface Lane {
  readonly key: Uint8Array;
  counter: number;
  readonly about: string;
}

export interface SealOptions {
  /** The PAKE's session key: the same at both ends and known to no one else. */
  readonly key: Uint8Array;
  readonly session: string;
  /** The viewer's id; the other peer is the host. */
  readonly viewer: PeerId;
  /** Which of the two peers this is. */
  readonly role: PeerRole;
}

/** One end's keys and counters for one peer. They live as long as the peer, across sockets, links and roads. */
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

  /** Messages that were discarded because they were altered, replayed, reordered or meant for another peer. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Seals one message of a link. Each call consumes a counter, and the far end accepts messages only in the order of these calls. */
  seal(channel: Channel, message: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#seal(channel, "", message);
  }

  /**
   * The message in `sealed`, or null (and `dropped` grows by one) if its counter is not higher than the last one accepted on that channel.
   */
  open(channel: Channel, sealed: Uint8Array): Uint8Array | null {
    return this.#open(channel, "", sealed);
  }

  /** Seals the content of one signal; returns its `data`. */
  sealSignal(kind: SignalKind, negotiation: number, content: Uint8Array): string {
    return encodeBase64Url(this.#seal("signal", `\0${kind}\0${negotiation}`, content));
  }

  /** The content of a signal, or null (and `dropped` grows by one). */
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
          // Only an authentic message advances the counter: a forged one must not block those that follow.
          lane.counter = counter;
          return message;
        } catch {
          // The tag does not match: counted below like every other message that is not the peer's.
        }
      }
    }
    this.#dropped++;
    return null;
  }
}

/** The nonce: four zero bytes and the counter at the start of the sealed message. */
function nonce(sealed: Uint8Array): Uint8Array {
  const out = new Uint8Array(NONCE);
  out.set(sealed.subarray(0, COUNTER), NONCE - COUNTER);
  return out;
}
