/** What runs in a page before the page does. */

/** Runs in a page before its own code: keeps the connections that it makes, as `peers`. */
export function keepPeers(): void {
  const peers: RTCPeerConnection[] = [];
  const Real = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      peers.push(this);
    }
  };
  Object.assign(globalThis, { peers });
}
