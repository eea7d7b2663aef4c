/** The page that captures: its HTML, and what runs in it. */

/** What page and host say to each other (`README.md`). */
export interface PageMessage {
  readonly screen?: { readonly width: number; readonly height: number };
  readonly stopped?: true;
  readonly viewer?: string;
  readonly offer?: string;
  readonly ice?: RTCConfiguration;
  readonly answer?: string;
  readonly candidate?: string;
  readonly mid?: string;
  readonly gone?: string;
}

/** The connections to viewers. Runs in the page, as its text: it may use nothing from outside of itself. */
class CaptureViewers {
  stream: MediaStream | undefined;
  readonly peers = new Map<string, RTCPeerConnection>();

  /** @param changed another number of viewers sees it */
  constructor(readonly say: (message: PageMessage) => void, readonly changed: () => void) {}

  close(viewer: string, why: string): void {
    this.peers.get(viewer)?.close();
    if (this.peers.delete(viewer)) this.say({ viewer, gone: why });
    this.changed();
  }

  /** Takes what the host passes on of a viewer. */
  async hear({ viewer, offer, ice, candidate, mid, gone }: PageMessage): Promise<void> {
    if (viewer === undefined) return;
    try {
      if (offer !== undefined) await this.answer(viewer, offer, ice ?? {});
      else if (gone !== undefined) this.close(viewer, gone);
      else await this.peers.get(viewer)?.addIceCandidate({ candidate: candidate ?? "", sdpMid: mid ?? "0" });
    } catch (error) {
      this.close(viewer, String(error));
    }
  }

  async answer(viewer: string, offer: string, ice: RTCConfiguration): Promise<void> {
    if (!this.stream) return this.say({ viewer, gone: "nothing is shared yet" });
    this.close(viewer, "asked for again");
    const peer = new RTCPeerConnection(ice);
    this.peers.set(viewer, peer);
    peer.onicecandidate = ({ candidate }) =>
      this.say({ viewer, candidate: candidate?.candidate ?? "", mid: candidate?.sdpMid ?? "0" });
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === "failed") this.close(viewer, "no connection between the two browsers");
    };
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    for (const track of this.stream.getTracks()) peer.addTrack(track, this.stream);
    await peer.setLocalDescription();
    this.say({ viewer, answer: peer.localDescription!.sdp });
    this.changed();
  }
}

/** Runs in the page, as its text. `sound`: viewers may hear what is captured too. */
function captureMain(sound: boolean, Viewers: typeof CaptureViewers): void {
  const button = document.querySelector("button")!;
  const line = document.querySelector("p")!;
  const player = document.querySelector("video")!;
  const socket = new WebSocket(`${location.href.replace(/^http/, "ws")}socket`);
  const say = (message: PageMessage) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const viewers = new Viewers(say, show);

  function show(): void {
    const { stream, peers } = viewers;
    const count = peers.size === 1 ? "1 viewer sees it" : `${peers.size} viewers see it`;
    line.textContent = stream ? `Shared: ${count}. Leave this page open.` : "Nothing is shared yet.";
    button.textContent = stream ? "Stop sharing" : "Choose what to share";
  }

  function stop(): void {
    for (const track of viewers.stream?.getTracks() ?? []) track.stop();
    viewers.stream = undefined;
    for (const viewer of [...viewers.peers.keys()]) viewers.close(viewer, "the host's person ended it");
    say({ stopped: true });
    show();
  }

  function size(): void {
    const { width, height } = viewers.stream?.getVideoTracks()[0]?.getSettings() ?? {};
    if (width && height) say({ screen: { width, height } });
  }

  socket.onopen = size;
  socket.onmessage = ({ data }) => void viewers.hear(JSON.parse(data));
  socket.onclose = () => {
    stop();
    line.textContent = "The host has ended. You can close this page.";
    button.disabled = true;
  };
  button.onclick = async () => {
    if (viewers.stream) return stop();
    try {
      viewers.stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: 30 },
        audio: sound,
      });
    } catch (error) {
      line.textContent = `The browser does not allow it: ${error instanceof Error ? error.message : error}`;
      return;
    }
    const [video] = viewers.stream.getVideoTracks();
    // Text is to stay sharp where the line is slow.
    video!.contentHint = "detail";
    video!.onended = stop;
    player.srcObject = viewers.stream;
    player.onresize = size;
    size();
    show();
  };
  show();
}

const STYLE =
  "body{font:16px system-ui;margin:2em auto;max-width:40em;padding:0 1em}button{font:inherit;padding:.6em 1em}video{display:block;max-width:100%;margin-top:1em}";

/** The page. `nonce`: of its script and style, which alone it may run. */
export function capturePage(sound: boolean, nonce: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Share a screen with Beach</title>
<style nonce="${nonce}">${STYLE}</style>
<h1>Share a screen</h1>
<p role="status"></p>
<button type="button">Choose what to share</button>
<video muted autoplay playsinline aria-label="What is shared"></video>
<script nonce="${nonce}">(${captureMain})(${sound}, ${CaptureViewers});</script>
</html>
`;
}
