/** A shown desktop: its streams, its connection for video, what shows it, and which way its pictures come. */
import { Listeners } from "../../../transport/listeners.ts";
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import type { OpenStream } from "../../../session/services/service_stream.ts";
import { DesktopClient, type PictureIn } from "../../../session/services/desktop/desktop_client.ts";
import type { ClipType } from "../../../session/services/desktop/heads.ts";
import { HeldInput, type InputOut, type Place } from "../../../session/services/desktop/held_input.ts";
import { bytesOf } from "../../../session/services/desktop/picture_head.ts";
import type { HostNumbers, HostSays } from "../../../session/services/desktop/show_messages.ts";
import type { DesktopChange } from "../../../session/services/desktop/viewer_messages.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { AgeMeter } from "./age_meter.ts";
import type {
  Chosen,
  Desktop,
  DesktopEvents,
  DesktopOptions,
  DesktopScreen,
  DesktopSettings,
  WantedWay,
} from "./desktop_types.ts";
import { Figures } from "./figures.ts";
import { PicturePainter } from "./picture_painter.ts";
import { ScreenLayers } from "./screen_layers.ts";
import { Sound } from "./sound.ts";
import { VideoWay } from "./video_way.ts";

/** What a desktop needs of its session. */
export interface DesktopHost {
  readonly open: OpenStream;
  readonly input: InputOut;
  /** The servers for a connection that begins now, and until when the road's credential holds (Unix seconds). */
  ice(): RtcOptions & { readonly expiresAt?: number };
}

/** How often the age of pictures is said, and the ways are looked at; ms. */
const TICK = 500;
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
  readonly #figures = new Figures();
  readonly #sound = new Sound();
  readonly #events = new Listeners<DesktopEvents>();
  readonly #ticks: ReturnType<typeof setInterval>;
  #held: ReturnType<typeof setTimeout> | undefined;
  #tick = 0;
  #screen: DesktopScreen | undefined;
  #settings: DesktopSettings | undefined;
  #numbers: HostNumbers | undefined;
  #visible = true;
  #hears = false;
  #shownSize = { width: 1280, height: 720 };

  private constructor(private readonly host: DesktopHost, { how = "automatic", on = {} }: DesktopOptions) {
    this.#events.add(on);
    this.#client = new DesktopClient(host.open, SYSTEM_CLOCK, (picture) => this.#paint(picture));
    this.#ages = new AgeMeter(this.#client, () => this.#numbers);
    this.#video = new VideoWay(this.#client, () => host.ice(), this.layers.video, {
      frame: (frame) => {
        this.layers.show("video");
        const legs = this.#ages.video(frame);
        this.#figures.shown(legs);
        this.#video.aged(legs, this.#ages.rtt);
      },
      sound: (track) => this.#sound.take(track),
      chosen: (chosen) => this.#chosen(chosen),
    });
    this.input = new HeldInput({
      write: (bytes) => this.#may(() => host.input.write(bytes)),
      position: (x, y, held) => this.#may(() => host.input.position(x, y, held)),
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
    this.#ticks = setInterval(() => this.#due(), TICK);
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  /** Shows the desktop of `host`; settles when it has said what it shares. @throws {ServiceError} */
  static async open(host: DesktopHost, options: DesktopOptions): Promise<PageDesktop> {
    const desktop = new PageDesktop(host, options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = [
      desktop.listen({
        settings: () => desktop.#screen && resolve(),
        screen: () => desktop.#settings && resolve(),
      }),
      desktop.#client.listen({ lost: (error, again) => again === undefined && reject(error) }),
    ];
    const late = setTimeout(
      () => reject(new ServiceError("timeout", "the host did not say what it shares")),
      FIRST_WORD,
    );
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

  move(at: Place): void {
    this.layers.pointer.move(at);
    this.input.move(at, performance.now());
    this.#hold();
  }

  want(how: WantedWay): void {
    this.#video.want(how);
    this.#say();
  }

  set(change: DesktopChange): void {
    this.#client.say({ is: "set", value: change });
  }

  sound(on: boolean): void {
    this.#hears = on;
    this.#sound.play(on);
    this.#say();
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    this.#video.visible(visible);
    this.#say();
  }

  clip(id: number, type: ClipType): Promise<Uint8Array> {
    return this.#client.getClip(id, type);
  }

  paste(type: ClipType, bytes: Uint8Array): Promise<void> {
    return this.#client.sendClip(type, bytes);
  }

  close(): void {
    clearInterval(this.#ticks);
    clearTimeout(this.#held);
    this.input.releaseAll(performance.now());
    this.#video.stop();
    this.#sound.play(false);
    this.#client.close();
    this.element.remove();
  }

  #may(act: () => void): void {
    if (!this.#settings?.input) return;
    act();
    this.#hold();
  }

  /** What is held is said again while it is. */
  #hold(): void {
    if (this.#held !== undefined || this.input.due() === Infinity) return;
    this.#held = setTimeout(() => {
      this.#held = undefined;
      this.input.poll(performance.now());
      this.#hold();
    }, Math.max(0, this.input.due() - performance.now()));
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
    this.#figures.shown(legs, bytesOf(picture.head.tiles));
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
    this.#shownSize = { width: most(width), height: most(height) };
    this.#say();
  }

  #say(): void {
    const { how, why } = this.#video.asked;
    this.#client.want({
      how,
      ...this.#shownSize,
      audio: this.#hears,
      visible: this.#visible,
      ...(how === "pictures" && { why }),
    });
  }

  #due(): void {
    this.#video.poll();
    const age = this.#ages.take();
    if (age) this.#client.say({ is: "age", value: age });
    if (this.#tick++ % 2 === 0) return;
    this.#client.ping();
    void this.#figures.take(this.#video.peer).then((now) => {
      const { expiresAt } = this.host.ice();
      this.#events.emit((to) =>
        to.figures?.({
          ...now,
          age: this.#figures.age,
          path: this.#video.chosen,
          turnLeft: expiresAt === undefined ? undefined : expiresAt - Date.now() / 1000,
          host: this.#numbers,
        })
      );
    }, () => {});
  }
}
