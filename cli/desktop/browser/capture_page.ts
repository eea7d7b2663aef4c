/** The page that captures: its HTML, and the function that is its script. */

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

/** Runs in the page, as its text: it may use nothing from outside of itself. `sound`: viewers may hear what is captured too. */
function captureMain(sound: boolean): void {
  const button = document.querySelector("button")!;
  const line = document.querySelector("p")!;
  const peers = new Map<string, RTCPeerConnection>();
  let stream: MediaStream | undefined;
  let socket: WebSocket | undefined;

  const say = (message: PageMessage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const close = (viewer: string, why: string) => {
    peers.get(viewer)?.close();
    if (peers.delete(viewer)) say({ viewer, gone: why });
    show();
  };
  const show = () => {
    const count = peers.size === 1 ? "1 viewer sees it" : `${peers.size} viewers see it`;
    line.textContent = stream ? `Shared: ${count}. Leave this page open.` : "Nothing is shared yet.";
    button.textContent = stream ? "Stop sharing" : "Choose what to share";
  };
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    for (const viewer of [...peers.keys()]) close(viewer, "the host's person ended it");
    say({ stopped: true });
    show();
  };
  const size = () => {
    const { width, height } = stream?.getVideoTracks()[0]?.getSettings() ?? {};
    if (width && height) say({ screen: { width, height } });
  };

  async function answer(viewer: string, offer: string, ice: RTCConfiguration): Promise<void> {
    close(viewer, "asked for again");
    const peer = new RTCPeerConnection(ice);
    peers.set(viewer, peer);
    peer.onicecandidate = ({ candidate }) =>
      say({ viewer, candidate: candidate?.candidate ?? "", mid: candidate?.sdpMid ?? "0" });
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === "failed") close(viewer, "no connection between the two browsers");
    };
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    for (const track of stream!.getTracks()) peer.addTrack(track, stream!);
    await peer.setLocalDescription();
    say({ viewer, answer: peer.localDescription!.sdp });
    show();
  }

  async function hear({ viewer, offer, ice, candidate, mid, gone }: PageMessage): Promise<void> {
    if (viewer === undefined) return;
    if (offer !== undefined && !stream) return say({ viewer, gone: "nothing is shared yet" });
    if (offer !== undefined) return await answer(viewer, offer, ice ?? {});
    if (gone !== undefined) return close(viewer, gone);
    await peers.get(viewer)?.addIceCandidate({ candidate: candidate ?? "", sdpMid: mid ?? "0" });
  }

  const connect = () => {
    socket = new WebSocket(`${location.href.replace(/^http/, "ws")}socket`);
    socket.onopen = size;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data) as PageMessage;
      hear(message).catch((error) => message.viewer !== undefined && close(message.viewer, String(error)));
    };
    socket.onclose = () => {
      stop();
      line.textContent = "The host has ended. You can close this page.";
      button.disabled = true;
    };
  };

  button.onclick = async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 30 }, audio: sound });
    } catch (error) {
      line.textContent = `The browser does not allow it: ${error instanceof Error ? error.message : error}`;
      return;
    }
    const [video] = stream.getVideoTracks();
    // Text is to stay sharp where the line is slow.
    video!.contentHint = "detail";
    video!.onended = stop;
    const player = document.querySelector("video")!;
    player.srcObject = stream;
    player.onresize = size;
    size();
    show();
  };
  connect();
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
<script nonce="${nonce}">(${captureMain})(${sound});</script>
</html>
`;
}
