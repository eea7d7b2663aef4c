/** Media of `node-datachannel`: the only file that uses its tracks. Deno only. */

import type { Audio, PeerConnection, Track, Video } from "node-datachannel";
import type { MediaOptions, MediaPeer, MediaTrack, StreamName } from "../media/media_peer.ts";
import type { OfferedStream } from "../media/offered_stream.ts";
import { type ExtensionIds, EXTENSIONS } from "../media/rtp.ts";
import type { RtcCandidate, RtcState } from "../webrtc/rtc.ts";
import { guarded, type NativePart } from "./native_channel.ts";
import type { NativePeer } from "./native_peer.ts";

/** The constructors of the library that describe a track. */
export interface NativeMedia {
  readonly Audio: typeof Audio;
  readonly Video: typeof Video;
}

/** The name of the host's one media stream: sound and picture with the same name are kept in step by the viewer. */
const STREAM = "desktop";

/** Makes the connection for one viewer's media on `peer`, which must be new and made with `forceMediaTransport`. */
export function nativeMediaPeer(library: NativeMedia, peer: NativePeer, options: MediaOptions): MediaPeer {
  return new NativeMediaPeer(library, peer, options);
}

class NativeMediaPeer implements MediaPeer {
  readonly video: NativeTrack;
  readonly audio: NativeTrack | undefined;
  onanswer: ((sdp: string) => void) | null = null;
  oncandidate: ((candidate: RtcCandidate) => void) | null = null;
  onstate: ((state: RtcState) => void) | null = null;
  readonly #peer: NativePeer;
  readonly #sdp: string;

  constructor({ Audio, Video }: NativeMedia, peer: NativePeer, { offer, video, audio }: MediaOptions) {
    this.#peer = peer;
    this.#sdp = offer.sdp;
    this.video = new NativeTrack(() => {
      const media = new Video(offer.video.mid, "SendOnly");
      media.addH264Codec(offer.video.payloadType, offer.video.format);
      return describe(media, offer.video, video);
    });
    const sound = offer.audio;
    this.audio = sound && new NativeTrack(() => {
      const media = new Audio(sound.mid, "SendOnly");
      media.addOpusCodec(sound.payloadType, sound.format);
      return describe(media, sound, audio);
    });
    peer.addPart(this.video);
    if (this.audio) peer.addPart(this.audio);
    peer.ondescription = ({ sdp }) => this.onanswer?.(sdp);
    peer.oncandidate = (candidate) => this.oncandidate?.(candidate);
    peer.onstate = (state) => this.onstate?.(state);
  }

  answer(): void {
    this.#peer.setRemote({ type: "offer", sdp: this.#sdp });
  }

  addCandidate(candidate: RtcCandidate): void {
    this.#peer.addCandidate(candidate);
  }

  selected(): { readonly local: string; readonly remote: string } | null {
    return this.#peer.selected();
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}

/** What an answer says of a stream beside its format: its name, and the extensions that both ends know. */
function describe<Media extends Audio | Video>(
  media: Media,
  { ids }: OfferedStream,
  name: StreamName,
): Media {
  media.addSSRC(name.ssrc, name.cname, STREAM, `${STREAM}-${name.ssrc}`);
  for (const key of Object.keys(EXTENSIONS) as (keyof ExtensionIds)[]) {
    if (ids[key] !== 0) media.parseSdpLine(`a=extmap:${ids[key]} ${EXTENSIONS[key]}`);
  }
  return media;
}

/** One track, referenced so that garbage collection cannot close it. */
class NativeTrack implements MediaTrack, NativePart {
  onopen: (() => void) | null = null;
  onrtcp: ((packet: Uint8Array) => void) | null = null;
  readonly early = true;
  readonly #describe: () => Audio | Video;
  readonly #closed = Promise.withResolvers<void>();
  #native: Track | null = null;
  #open = false;
  #silent = false;

  constructor(describe: () => Audio | Video) {
    this.#describe = describe;
  }

  attach(connection: PeerConnection): void {
    const native = this.#native = connection.addTrack(this.#describe());
    native.onOpen(() =>
      guarded(() => {
        this.#open = true;
        if (!this.#silent) this.onopen?.();
      })
    );
    native.onClosed(() =>
      guarded(() => {
        this.#open = false;
        this.#closed.resolve();
      })
    );
    native.onMessage((message) =>
      guarded(() => {
        if (!this.#silent) this.onrtcp?.(message);
      })
    );
  }

  isOpen(): boolean {
    return this.#open && !this.#silent;
  }

  send(packet: Uint8Array): boolean {
    if (!this.#native || !this.isOpen()) return false;
    try {
      return this.#native.sendMessageBinary(packet as Parameters<Track["sendMessageBinary"]>[0]);
    } catch {
      return false; // closed in this instant, or full
    }
  }

  close(): Promise<void> {
    this.#silent = true;
    if (!this.#native) this.#closed.resolve();
    else guarded(() => this.#native!.close());
    return this.#closed.promise;
  }
}
