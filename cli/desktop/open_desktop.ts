/** What `beach host --desktop` needs before anyone joins: the display, the pack with its encoders; each that is missing in one line. */
import type { PictureWay } from "../../session/services/desktop/show_messages.ts";
import type { MediaFactory } from "../../transport/media/media_peer.ts";
import type { RtcOptions } from "../../transport/webrtc/rtc.ts";
import type { DesktopPlace } from "../options/options_desktop.ts";
import { Failure } from "../process/failure.ts";
import { openUrl } from "../process/open_url.ts";
import { BrowserDesktop } from "./browser/browser_desktop.ts";
import { findEncoders } from "./codec/find_encoders.ts";
import { loadFfmpeg } from "./codec/node_av.ts";
import type { Preset } from "./codec/video_settings.ts";
import { askForPack } from "./pack/ask_pack.ts";
import { trialCommand } from "./pack/trial_command.ts";
import { parseArea } from "./x11/area.ts";
import { openDisplay } from "./x11/display.ts";
import { ReleaseGuard } from "./x11/input/release_guard.ts";
import type { Environment, ScreenLayout } from "./x11/types.ts";
import { startVirtualDisplay } from "./x11/virtual_display.ts";
import type { ClipboardWay } from "./host/desktop_clipboard.ts";
import { DesktopRecording } from "./host/desktop_recording.ts";
import { HostDesktop } from "./host/host_desktop.ts";

/** The desktop's flags, as `options/options_desktop.ts` reads them. */
export interface DesktopFlags {
  readonly desktop: DesktopPlace | boolean;
  /** There is no terminal beside it. */
  readonly onlyDesktop: boolean;
  readonly desktopArea: string;
  readonly desktopFps: number;
  readonly desktopBitrate: number;
  readonly desktopPreset: Preset;
  readonly desktopClipboard: ClipboardWay;
  readonly desktopAudio: boolean;
  readonly desktopRecord: string | undefined;
}

export interface DesktopIo {
  readonly environment: Environment;
  readonly rtc: MediaFactory | undefined;
  readonly ice: () => RtcOptions;
  readonly log: (words: string) => void;
  /** A line for the host's person. */
  readonly say: (words: string) => void;
  /** Whether a browser may be started here. */
  readonly openPages: boolean;
  /** A viewer uses the desktop for the first time. */
  readonly used: (peer: string) => void;
  /** Pictures go to a viewer in another way from here on, and why. */
  readonly went: (peer: string, how: PictureWay, why: string) => void;
  readonly stop: AbortSignal;
}

/** A desktop that is ready to be shared. */
export interface OpenDesktop extends AsyncDisposable {
  readonly desktop: Pick<HostDesktop, "offerTo" | "run">;
  /** What programs need that are to show on it. */
  readonly env: Readonly<Record<string, string>>;
  /** What the host's person has to do for it; the page for that is shown where it can be. */
  readonly invite?: () => Promise<string>;
}

/** Throws {@link Failure}: what is missing, and what to do. */
export async function openDesktop(flags: DesktopFlags, io: DesktopIo): Promise<OpenDesktop> {
  await using stack = new AsyncDisposableStack();
  const place = typeof flags.desktop === "boolean"
    ? { kind: "display", name: undefined } as const
    : flags.desktop;
  if (place.kind === "browser") return browserDesktop(flags, io);
  // Before what takes long: the display is the likeliest to be missing.
  const virtual = place.kind === "virtual"
    ? stack.use(await startVirtualDisplay({ ...place, environment: io.environment }, io.stop))
    : undefined;
  const name = virtual?.name ?? (place.kind === "display" ? place.name : undefined);
  const environment = { ...io.environment, ...virtual?.env };
  const display = stack.use(await openDisplay(name, environment, io.stop));
  stack.use(new ReleaseGuard(display.input, { ...environment, DISPLAY: display.name }));
  const pack = await askForPack(io.environment, io.stop);
  const found = await findEncoders(trialCommand, io.stop);
  const encoders = found.filter(({ works }) => works).map(({ name }) => name);
  const { desktopFps: fps, desktopBitrate: bitrate, desktopPreset: preset, desktopClipboard: clipboard } =
    flags;
  const capture = stack.use(await display.capture(parseArea(flags.desktopArea)));
  if (capture.area.width === 0) throw notThere(flags.desktopArea, display.layout);
  const ffmpeg = await loadFfmpeg(pack);
  const { desktopRecord: file, desktopAudio: sound } = flags;
  const recording = file === undefined
    ? undefined
    : stack.use(await DesktopRecording.open(ffmpeg, file, capture.area, sound, io.say));
  const desktop = stack.use(
    new HostDesktop({
      display,
      capture,
      recording,
      sound: sound ? io.environment : undefined,
      ffmpeg,
      // The one in software always works.
      encoders: encoders as [string, ...string[]],
      fps,
      bitrate,
      preset,
      clipboard,
      terminal: !flags.onlyDesktop,
      rtc: io.rtc,
      ice: io.ice,
      log: io.log,
      used: io.used,
      went: io.went,
    }),
  );
  const opened = stack.move();
  const env = { DISPLAY: display.name, ...virtual?.env };
  return { desktop, env, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function notThere(area: string, { width, height, monitors }: ScreenLayout): Failure {
  const names = monitors.map(({ name }) => name).join(", ");
  return new Failure({
    what: "That part of the screen is not there (--desktop-area)",
    value: area,
    wanted: `all, a part of ${width}x${height}, or a monitor: ${names}`,
  });
}

function browserDesktop({ desktopAudio: sound, onlyDesktop }: DesktopFlags, io: DesktopIo): OpenDesktop {
  const desktop = new BrowserDesktop({ sound, terminal: !onlyDesktop, ice: io.ice, say: io.say });
  const { url } = desktop;
  return {
    desktop,
    env: {},
    invite: async () =>
      io.openPages && await openUrl(url, io.environment)
        ? `Choose in your browser what to share (${url})`
        : `Open ${url} in a browser here, and choose what to share`,
    [Symbol.asyncDispose]: () => desktop[Symbol.asyncDispose](),
  };
}
