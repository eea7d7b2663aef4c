/** What a person did, in short words. */
import type { InputEvent } from "../../../session/services/desktop/input_events.ts";
import { eventually } from "../web/web_eventually.ts";
import type { PaintedHost } from "./painted_host.ts";

function word(event: InputEvent): string {
  switch (event.is) {
    case "key":
      return `${event.down ? "+" : "-"}${event.code}:${event.key}`;
    case "button":
      return `${event.down ? "+" : "-"}${event.button}@${event.x},${event.y}`;
    case "wheel":
      return `wheel ${event.dx},${event.dy}`;
    case "text":
      return `text ${event.text}`;
  }
}

/** Waits until so many events came to the host, and gives them; none is left. */
export async function arrived(host: PaintedHost, count: number): Promise<string[]> {
  await eventually(
    () => Promise.resolve(host.events.map(word)),
    (events) => events.length >= count,
    `${count} events`,
  );
  return host.events.splice(0).map(word);
}
