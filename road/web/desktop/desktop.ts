/** A shown desktop: its streams, its connection for video, what shows it, and which way its pictures come. */
import { Listeners } from "../../../transport/listeners.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { DesktopClient, type PictureIn } from "../../../session/services/desktop/desktop_client.ts";
import { HeldInput } from "../../../session/services/desktop/held_input.ts";
import { bytesOf } from "../../../session/services/desktop/picture_head.ts";
import type { Want } from "../../../session/services/desktop/viewer_messages.ts";
import type { HostNumbers, HostSays } from "../../../session/services/desktop/show_messages.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { AgeMeter } from "./age_meter.ts";
import type { DesktopHost } from "./desktop_host.ts";
import type {
  Chosen,
  ClipType,
  Desktop,
  DesktopChange,
  DesktopEvents,
  DesktopOptions,
  DesktopScreen,
  DesktopSettings,
  Place,
  WantedWay,
} from "./desktop_types.ts";
import { PicturePainter } from "./picture_painter.ts";
import { Reports } from "./reports.ts";
import { ScreenLayers } from "./screen_layers.ts";
import { Sound } from "./sound.ts";
import { VideoWay } from "./video_way.ts";

type Wants = Omit<Want, "how" | "why">;

/** Input that the host has not taken, bytes: beyond that it is away for long, and what is pressed meanwhile is not for what shows then. */
const MOST_UNSENT = 64 * 1024;
/** So long a host may take to say what it shares, ms: a slow way of several round trips. */
const FIRST_WORD = 15_000;

/** A shown desktop. */
export class PageDesktop implements Desktop {
  readonly layers = new ScreenLayers();
  readonly input: HeldInput;
  readonly #client: DesktopClient;
  readonly #painter = new PicturePainter(this.layers.canvas);
  readonly #video: VideoWay;
  readonly #ages: AgeMeter;
  readonly #sound = new Sound();
  readonly #events = new Listeners<DesktopEvents>();
  readonly #reports: Reports;
  #screen: DesktopScreen | undefined;
  #settings: DesktopSettings | undefined;
  #numbers: HostNumbers | undefined;
  #wants: Wants = { width: 1280, height: 720, audio: false, visible: true };

  private constructor(host: DesktopHost, { how = "automatic", on = {} }: DesktopOptions) {
    this.#events.add(on);
    this.#client = new DesktopClient(host.open, SYSTEM_CLOCK, (picture) => this.#paint(picture));
    this.#ages = new AgeMeter(this.#client, () => this.#numbers);
    this.#video = new VideoWay(this.#client, () => host.ice(), this.layers.video, {
      webrtc: host.webrtc,
      frame: (frame) => {
        this.layers.show("video");
        const legs = this.#ages.video(frame);
        this.#reports.shown(legs);
        this.#video.aged(legs, this.#ages.rtt);
      },
      sound: (track) => this.#sound.take(track),
      chosen: (chosen) => this.#chosen(chosen),
    });
    this.input = new HeldInput({
      send: (events) => this.#may && host.input.unsent < MOST_UNSENT && host.input.send(events),
      place: (x, y, holds) => this.#may && host.input.place(x, y, holds),
    });
    this.#client.listen({
      said: (said) => this.#said(said),
      lost: ({ message }, again) => {
        this.#video.stop();
        this.#events.emit((to) => to.away?.(message, again));
      },
      opened: () => {
        this.#video.begin();
        this.#events.emit((to) => to.away?.(null, undefined));
      },
    });
    this.#video.want(how);
    this.#client.start();
    this.#reports = new Reports(
      {
        client: this.#client,
        video: this.#video,
        ages: this.#ages,
        ice: host.ice,
        numbers: () => this.#numbers,
      },
      (figures) => this.#events.emit((to) => to.figures?.(figures)),
    );
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  /** Shows the desktop of `host`; settles when it has said what it shares. @throws {ServiceError} */
  static async open(host: DesktopHost, options: DesktopOptions): Promise<PageDesktop> {
    const desktop = new PageDesktop(host, options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(
      () => reject(new ServiceError("timeout", "the host did not say what it shares")),
      FIRST_WORD,
    );
    const stop = [
      desktop.listen({
        settings: () => desktop.#screen && resolve(),
        screen: () => desktop.#settings && resolve(),
        // A person there has yet to choose, which takes as long as it takes.
        notice: () => clearTimeout(late),
      }),
      desktop.#client.listen({ lost: (error, again) => again === undefined && reject(error) }),
    ];
    try {
      await promise;
    } catch (error) {
      desktop.close();
      throw error;
    } finally {
      clearTimeout(late);
      for (const each of stop) each();
    }
    return desktop;
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<DesktopEvents>): () => void {
    return this.#events.add(events);
  }

  get element(): HTMLElement {
    return this.layers.element;
  }
  get screen(): DesktopScreen {
    return this.#screen!;
  }
  get settings(): DesktopSettings {
    return this.#settings!;
  }
  get path(): Chosen {
    return this.#video.chosen;
  }

  placeOf(event: { readonly clientX: number; readonly clientY: number }): Place {
    return this.layers.placeOf(event);
  }

  move(at: Place): void {
    this.layers.pointer.move(at);
    this.input.move(at);
  }

  want(how: WantedWay): void {
    this.#video.want(how);
    this.#say();
  }

  set(change: DesktopChange): void {
    this.#client.say({ is: "set", value: change });
  }

  sound(on: boolean): void {
    this.#sound.play(on);
    this.#say({ audio: on });
  }

  visible(visible: boolean): void {
    this.#video.visible(visible);
    this.#say({ visible });
  }

  clip(id: number, type: ClipType): Promise<Uint8Array> {
    return this.#client.getClip(id, type);
  }

  paste(type: ClipType, bytes: Uint8Array): Promise<void> {
    return this.#client.sendClip(type, bytes);
  }

  close(): void {
    this.#reports[Symbol.dispose]();
    this.input.releaseAll();
    this.#video.stop();
    this.#sound.play(false);
    this.#client.close();
    this.element.remove();
  }

  get #may(): boolean {
    return this.#settings?.input ?? false;
  }

  #said(said: HostSays): void {
    switch (said.is) {
      case "screen":
        this.#screen = said.value;
        this.layers.resize(said.value);
        return this.#events.emit((to) => to.screen?.(said.value));
      case "settings":
        this.#settings = said.value;
        return this.#events.emit((to) => to.settings?.(said.value));
      case "cursor":
        return void this.layers.pointer.set(said.value);
      case "pointer":
        return this.layers.pointer.move({ x: said.value[0], y: said.value[1] });
      case "path":
        return this.#video.told(said.value);
      case "numbers":
        this.#numbers = said.value;
        return this.#video.sends(said.value.fps);
      case "clipboard":
        return this.#events.emit((to) => to.clipboard?.(said.value));
      case "typist":
        return this.#events.emit((to) => to.typist?.(said.value));
      case "notice":
        return this.#events.emit((to) => to.notice?.(said.value));
      case "clock":
      case "pong":
        return; // the client's own
    }
  }

  async #paint(picture: PictureIn): Promise<void> {
    await this.#painter.paint(picture);
    if (this.#video.chosen.how === "pictures") this.layers.show("pictures");
    const legs = this.#ages.picture(picture);
    this.#reports.shown(legs, bytesOf(picture.head.tiles));
    this.#video.aged(legs, this.#ages.rtt);
  }

  #chosen(chosen: Chosen): void {
    this.#say();
    this.#events.emit((to) => to.path?.(chosen));
  }

  #resized(): void {
    const { width, height } = this.element.getBoundingClientRect();
    if (width < 1 || height < 1) return;
    const most = (side: number) => Math.min(16_384, Math.max(1, Math.round(side * devicePixelRatio)));
    this.#say({ width: most(width), height: most(height) });
  }

  #say(changed: Partial<Wants> = {}): void {
    this.#wants = { ...this.#wants, ...changed };
    const { how, why } = this.#video.asked;
    this.#client.want({ how, ...this.#wants, ...(how === "pictures" && { why }) });
  }
}
