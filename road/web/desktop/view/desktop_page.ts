/** The desktop in the viewer's page: its place beside the terminal, its buttons, and the person's hands. */
import type { BeachSession } from "../../embed/join_types.ts";
import { make, part } from "../../dom/elements.ts";
import { sentence } from "../../dom/format.ts";
import { toast } from "../../dom/toasts.ts";
import { SAID, shownText } from "../../../../session/vt/shown_text.ts";
import type { KeyTarget, PhoneKeys } from "../../terminal/phone_keys.ts";
import type { Desktop, DesktopEvents } from "../desktop_types.ts";
import { ClipSync } from "./clip_sync.ts";
import { openDesktopSettings } from "./desktop_dialog.ts";
import { Hud, hudLines } from "./hud.ts";
import { KeyInput } from "./key_input.ts";
import { Layout, type Shown } from "./layout.ts";
import { PointerInput } from "./pointer_input.ts";
import { StageFit } from "./stage_fit.ts";
import { Toolbar } from "./toolbar.ts";

/** The shortest time between two notices that this person only watches, ms. */
const REMARK = 6000;

/** What the desktop uses of the terminal's part of the page. */
export interface TerminalPart {
  /** Gives the keyboard to the terminal. */
  focus(): void;
  /** The on-screen keys, which are for either. */
  readonly keys: Pick<PhoneKeys, "aim" | "release">;
}

/** Shows the desktop of `session` beside the terminal, until either ends. A desktop that can't be had is said. */
export async function showDesktop(session: BeachSession, terminal: TerminalPart): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<DesktopPage>();
  // Also before there is a desktop to show: the host's person may have to choose one.
  const events: Partial<DesktopEvents> = {
    notice: (line) => toast(shownText(line, SAID), {}, "a notice of the desktop"),
  };
  for (
    const name of ["screen", "settings", "path", "typist", "clipboard", "away", "figures"] as const
  ) {
    Object.assign(events, {
      [name]: (...said: unknown[]) => void promise.then((page) => page.told(name, said)),
    });
  }
  try {
    await styled();
    const desktop = await session.desktop.open({ on: events });
    const page = new DesktopPage(desktop, terminal);
    resolve(page);
    await session.closed;
    page.close();
  } catch (error) {
    toast(`The desktop can't be shown: ${(error as Error).message}`);
  }
}

/** The rules of the desktop's look, which a page without one does not load. */
async function styled(): Promise<void> {
  if (document.querySelector('link[href="/desktop.css"]')) return;
  const link = make("link", { rel: "stylesheet", href: "/desktop.css" });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  link.onload = () => resolve();
  link.onerror = () => {
    link.remove();
    reject(new Error("a part of this page could not be loaded"));
  };
  document.head.append(link);
  await promise;
}

/** A shown desktop with all that belongs to it. */
class DesktopPage implements KeyTarget {
  readonly #stage = make("div", { id: "desktop-stage" });
  readonly #away = make("div", { id: "desktop-away", role: "status", hidden: true });
  readonly #hud = new Hud();
  readonly #clips: ClipSync;
  readonly #fit: StageFit;
  readonly #keys: KeyInput;
  readonly #toolbar: Toolbar;
  readonly #layout: Layout;
  readonly #section: HTMLElement;
  #typist: string | null = null;
  #remarkedAt = -Infinity;

  constructor(private readonly desktop: Desktop, private readonly terminal: TerminalPart) {
    this.#clips = new ClipSync(desktop);
    this.#keys = new KeyInput(desktop, {
      may: () => this.#may,
      refused: () => this.#refused(),
      leave: () => this.#toolbar.focus(),
      pastes: () => this.#clips.goes("in"),
      paste: (data) => this.#clips.paste(data),
      modifiers: () => this.#modifiers(),
    });
    this.#toolbar = new Toolbar(desktop, this.#clips, {
      size: () => this.#fit.set(this.#fit.mode === "fit" ? "actual" : "fit"),
      full: () => void this.#full(),
      keyboard: () => this.#keys.focus(),
      numbers: () => this.#numbers(),
      settings: () => openDesktopSettings(desktop, () => this.focus()),
      sound: (on) => desktop.sound(on),
      want: (how) => desktop.want(how),
      back: () => this.focus(),
    });
    this.#stage.append(desktop.element, this.#keys.field);
    this.#section = make("section", { id: "desktop", ariaLabel: "Desktop" }, [
      this.#toolbar.element,
      this.#stage,
      this.#hud.element,
      this.#away,
    ]);
    part("main").append(this.#section);
    this.#fit = new StageFit(this.#stage, desktop);
    this.#fit.onchange = (mode) => this.#toolbar.sized(mode === "fit");
    new PointerInput(this.#stage, desktop, this.#fit, {
      may: () => this.#may,
      used: (isTouch) => {
        if (isTouch) terminal.keys.aim(this);
        else this.#keys.focus();
        this.#clips.used();
      },
      refused: () => this.#refused(),
    });
    this.#section.addEventListener("keydown", () => this.#clips.used(), { capture: true });
    // A click leaves the keyboard where it is.
    this.#stage.addEventListener("mousedown", (event) => event.preventDefault());
    this.#section.addEventListener("focusin", () => terminal.keys.aim(this));
    part("stage").addEventListener("focusin", () => terminal.keys.aim(undefined));
    document.addEventListener("visibilitychange", this.#seen);
    this.#layout = new Layout((shown) => this.#shown(shown));
    if (desktop.settings.terminal === false) this.#layout.alone();
    else this.#layout.show(Layout.first());
    this.#configured();
  }

  /** Something was told of the desktop. */
  told(name: Exclude<keyof DesktopEvents, "notice">, said: readonly unknown[]): void {
    (this.#heard[name] as (...said: readonly unknown[]) => void)(...said);
  }

  readonly #heard: Omit<DesktopEvents, "notice"> = {
    screen: () => this.#fit.apply(),
    settings: () => this.#configured(),
    path: ({ how, why }) => {
      this.#toolbar.path(how, why);
      console.info(`beach: fallback: pictures come as ${how}: ${why}`);
    },
    typist: (name) => {
      this.#typist = name === null ? null : shownText(name, 40);
      this.#configured();
    },
    clipboard: (offer) => this.#clips.offered(offer),
    away: (why, again) => {
      this.#away.hidden = why === null;
      if (why === null) return;
      this.#away.textContent = again === undefined
        ? sentence(`The desktop is gone: ${shownText(why, SAID)}`)
        : sentence(`The desktop is away, it is asked for again: ${shownText(why, SAID)}`);
    },
    figures: (figures) =>
      this.#hud.show(hudLines(this.desktop.screen, this.desktop.settings.encoder, figures)),
  };

  press(keys: readonly (readonly [code: string, key: string])[]): void {
    if (this.#may) this.desktop.input.chord(keys);
    else this.#refused();
  }

  paste(): void {
    void this.#clips.push();
  }

  focus(): void {
    this.terminal.keys.aim(this);
    // On a phone the field opens the keyboard, which has a button of its own.
    if (!matchMedia("(pointer: coarse)").matches) this.#keys.focus();
  }

  close(): void {
    this.terminal.keys.aim(undefined);
    document.removeEventListener("visibilitychange", this.#seen);
    if (document.fullscreenElement === this.#section) void document.exitFullscreen().catch(() => {});
    this.desktop.close();
    this.#layout.close();
    this.#section.remove();
  }

  get #may(): boolean {
    return this.desktop.settings.input;
  }

  readonly #seen = (): void => this.desktop.visible(!document.hidden && this.#layout.shown !== "terminal");

  #shown(shown: Shown): void {
    this.#seen();
    if (shown !== "terminal") return this.focus();
    this.terminal.keys.aim(undefined);
    this.terminal.focus();
  }

  #configured(): void {
    this.#toolbar.show(this.#typist);
    this.#section.toggleAttribute("data-view-only", !this.#may);
    if (!this.#may) this.desktop.input.releaseAll();
  }

  #numbers(): void {
    this.#hud.toggle();
    this.#toolbar.numbers = this.#hud.open;
    this.focus();
  }

  async #full(): Promise<void> {
    try {
      if (document.fullscreenElement) return await document.exitFullscreen();
      await this.#section.requestFullscreen({ navigationUI: "hide" });
      const { keyboard } = navigator as { keyboard?: { lock?(): Promise<void> } };
      // Escape, Alt-Tab and the like go to the desktop too, where the browser has it.
      if (this.#may) await keyboard?.lock?.();
    } catch {
      toast("This browser shows no full screen.");
    }
    this.focus();
  }

  #modifiers(): (readonly [string, string])[] {
    const { ctrl, alt } = this.terminal.keys.release();
    return [
      ...(ctrl ? [["ControlLeft", "Control"] as const] : []),
      ...(alt ? [["AltLeft", "Alt"] as const] : []),
    ];
  }

  #refused(): void {
    if (performance.now() - this.#remarkedAt < REMARK) return;
    this.#remarkedAt = performance.now();
    toast("You only watch this desktop: keys and pointer have no effect.");
  }
}
