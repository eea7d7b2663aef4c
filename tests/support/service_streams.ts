/** Opened streams between a viewer and a host in one process, without links: what the one says next the other gets in a later turn. */
import {
  type OpenStream,
  openStream,
  type ServiceStream,
  serviceStream,
} from "../../session/services/service_stream.ts";
import type { ByteStream } from "../../session/streams/byte_stream.ts";
import { StreamTable } from "../../session/streams/stream_table.ts";

/** What goes over in one turn; bytes. */
const BUDGET = 64 * 1024;

/** Opens streams that `handler` gets at the host's side, whatever service they name. */
export function connected(handler: (stream: ServiceStream, head: Uint8Array) => void): OpenStream {
  return connectedRaw((stream, head) => handler(serviceStream(stream), head));
}

/** As {@link connected}, for what makes a service's stream of it by itself. */
export function connectedRaw(handler: (stream: ByteStream, head: Uint8Array) => void): OpenStream {
  const io = (changed: () => void) => ({
    now: () => performance.now(),
    changed,
    srtt: () => 1,
    log: (words: string) => {
      throw new Error(words);
    },
  });
  const viewer: StreamTable = new StreamTable("viewer", io(() => go(toHost)), () => undefined);
  const host: StreamTable = new StreamTable(
    "host",
    io(() => go(toViewer)),
    () => handler,
  );
  const toHost = { from: viewer, to: host, going: false };
  const toViewer = { from: host, to: viewer, going: false };
  return (service, head) => openStream(viewer, service, head);
}

function go(way: { readonly from: StreamTable; readonly to: StreamTable; going: boolean }): void {
  if (way.going) return;
  way.going = true;
  setTimeout(() => {
    way.going = false;
    for (let left = BUDGET; left > 0;) {
      const frame = way.from.next(left);
      if (!frame) break;
      left -= frame.type === "Data" ? frame.data.length : 0;
      way.to.receive(frame);
    }
    // More may be due by itself later: a credit that waits for more to be read.
    if (way.from.waiting) go(way);
    else if (way.from.due < Infinity) {
      setTimeout(() => go(way), Math.max(0, way.from.due - performance.now()));
    }
  });
}
