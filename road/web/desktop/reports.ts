/** What is said of a shown desktop at fixed times: to the host how old its pictures are, to the page the figures of a second. */
import type { DesktopClient } from "../../../session/services/desktop/desktop_client.ts";
import type { AgeLegs } from "../../../session/services/desktop/picture_age.ts";
import type { HostNumbers } from "../../../session/services/desktop/show_messages.ts";
import type { AgeMeter } from "./age_meter.ts";
import type { DesktopFigures } from "./desktop_types.ts";
import { Figures } from "./figures.ts";
import type { VideoWay } from "./video_way.ts";

/** How often the age of pictures is said, and the ways are looked at; ms. */
const TICK = 500;

/** What the reports are about. */
export interface Reported {
  readonly client: DesktopClient;
  readonly video: VideoWay;
  readonly ages: AgeMeter;
  /** Until when the credential of the TURN server holds; Unix seconds. */
  ice(): { readonly expiresAt?: number };
  numbers(): HostNumbers | undefined;
}

/** Reports of one desktop, each half second and each second. */
export class Reports implements Disposable {
  readonly #figures = new Figures();
  readonly #timer: ReturnType<typeof setInterval>;
  #ticks = 0;

  constructor(private readonly of: Reported, private readonly told: (figures: DesktopFigures) => void) {
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  /** A picture showed; `bytes`: what it had, where it came over data. */
  shown(age: AgeLegs | undefined, bytes = 0): void {
    this.#figures.shown(age, bytes);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const { client, video, ages } = this.of;
    video.poll();
    const age = ages.take();
    if (age) client.say({ is: "age", value: age });
    if (this.#ticks++ % 2 === 0) return;
    client.ping();
    // A connection that is closed meanwhile has none.
    void this.#figures.take(video.peer).then((now) => this.#tell(now), () => {});
  }

  #tell(now: Awaited<ReturnType<Figures["take"]>>): void {
    const { expiresAt } = this.of.ice();
    this.told({
      ...now,
      age: this.#figures.age,
      path: this.of.video.chosen,
      turnLeft: expiresAt === undefined ? undefined : expiresAt - Date.now() / 1000,
      host: this.of.numbers(),
    });
  }
}
