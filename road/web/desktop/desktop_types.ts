/** A shared desktop for a page's own code: what `session.desktop` is (`road/API.md`, "The host's desktop"). */
import type { ClipType } from "../../../session/services/desktop/heads.ts";
import type { HeldInput, Place } from "../../../session/services/desktop/held_input.ts";
import type { Chosen, WantedWay } from "../../../session/services/desktop/path_choice.ts";
import type { AgeLegs } from "../../../session/services/desktop/picture_age.ts";
import type {
  ClipOffer,
  DesktopScreen,
  DesktopSettings,
  HostNumbers,
} from "../../../session/services/desktop/show_messages.ts";
import type { DesktopChange } from "../../../session/services/desktop/viewer_messages.ts";

export type {
  AgeLegs,
  Chosen,
  ClipOffer,
  ClipType,
  DesktopChange,
  DesktopScreen,
  DesktopSettings,
  Place,
  WantedWay,
};

/** What a page may do with the host's desktop, if there is one. */
export interface DesktopAccess {
  /** Whether the host shares a desktop. */
  readonly shared: boolean;
  /** Shows it. Settles when the host has said what it shares; rejects with a `ServiceError`: `no-service`, `denied`, `timeout` … */
  open(options?: DesktopOptions): Promise<Desktop>;
}

export interface DesktopOptions {
  /** How pictures come; default `automatic`. */
  readonly how?: WantedWay;
  readonly on?: Partial<DesktopEvents>;
}

export interface DesktopEvents {
  /** What is shared has this size, and these monitors, from here on. */
  screen(screen: DesktopScreen): void;
  /** What holds for this viewer. */
  settings(settings: DesktopSettings): void;
  /** Pictures come in another way from here on. */
  path(chosen: Chosen): void;
  /** Whose input counts alone; null: everybody's. */
  typist(name: string | null): void;
  /** Something was copied on the desktop; {@link Desktop.clip} brings it. */
  clipboard(offer: ClipOffer): void;
  /** One line for the person, from the host. */
  notice(line: string): void;
  /** The desktop is away; `again`: ms until it is asked for again, undefined: not any more. Null: it is back. */
  away(why: string | null, again: number | undefined): void;
  /** Once a second. */
  figures(figures: DesktopFigures): void;
}

/** The numbers of one second. */
export interface DesktopFigures {
  /** Pictures shown in it. */
  readonly fps: number;
  /** Bits received in it. */
  readonly bitrate: number;
  /** The age of the newest picture when it showed; undefined before there is one. */
  readonly age: AgeLegs | undefined;
  /** Of the packets of video, 0 to 1; pictures over data lose none. */
  readonly lost: number;
  readonly path: Chosen;
  /** How the video comes, as the browser's names: `host`, `srflx`, `prflx`, `relay`; undefined for pictures. */
  readonly route: string | undefined;
  /** Seconds that the credential of the TURN server is good for; undefined where there is none. */
  readonly turnLeft: number | undefined;
  /** What the host says of its side. */
  readonly host: HostNumbers | undefined;
}

/** A desktop that is shown. */
export interface Desktop {
  /** Shows it: as large as its box, which keeps the desktop's shape best. It takes no input by itself. */
  readonly element: HTMLElement;
  readonly screen: DesktopScreen;
  readonly settings: DesktopSettings;
  readonly path: Chosen;
  /** Keys, buttons, the wheel, the pointer and text; without effect where `settings.input` is false. Positions are the desktop's pixels. */
  readonly input: HeldInput;
  /** The place on the desktop of a pointer's event in the page. */
  placeOf(event: { readonly clientX: number; readonly clientY: number }): Place;
  /** Shows the pointer there at once, and tells the host. */
  move(at: Place): void;
  /** How pictures are to come. */
  want(how: WantedWay): void;
  /** For all viewers; from who may use the desktop. */
  set(change: DesktopChange): void;
  /** Sound is off at first. A browser allows it after a person's gesture. */
  sound(on: boolean): void;
  /** Nobody looks: no pictures come. */
  visible(visible: boolean): void;
  /** What was copied there. Rejects with a `ServiceError`. */
  clip(id: number, type: ClipType): Promise<Uint8Array>;
  /** Gives the desktop something to paste; settles once it has it. Rejects with a `ServiceError`. */
  paste(type: ClipType, bytes: Uint8Array): Promise<void>;
  close(): void;
}
