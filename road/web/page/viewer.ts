/** The viewer's page: from the address to the terminal. */
import { SAID, shownText } from "../../../session/vt/shown_text.ts";
import { type BeachSession, describe, join, type JoinEvents } from "../embed/beach.ts";
import { warmUp } from "../embed/browser_rtc.ts";
import { asFailure, type JoinFailure } from "../embed/join_failure.ts";
import { showLobby, type Wish } from "./lobby.ts";
import { showEnd, showQuiet } from "./ending.ts";
import { part } from "../dom/elements.ts";
import { loadSettings, saveSettings, type Settings } from "../settings/settings.ts";
import { showRole, showStatus, showTitle } from "./status.ts";
import { applyTheme, themeOf } from "../settings/themes.ts";
import { toast } from "../dom/toasts.ts";
import { sentence } from "../dom/format.ts";
import type { TerminalView } from "./terminal_view.ts";

let settings = loadSettings();
let view: TerminalView | undefined;

function change(changed: Partial<Settings>): void {
  settings = { ...settings, ...changed };
  saveSettings(settings);
  applyTheme(themeOf(settings.theme));
  view?.configure(settings);
}

/** The address if it names a session. */
function ownUrl(): string | undefined {
  return /\/j\/[^/]+\/?$/.test(location.pathname) ? location.href : undefined;
}

/** @param entered the code that a person entered before; the page's own address is preferred */
function lobby(failure?: JoinFailure, entered?: string): void {
  const own = ownUrl();
  part("app").dataset.state = "lobby";
  part("stage").hidden = true;
  part("progress").hidden = true;
  showQuiet(null);
  showStatus(undefined);
  showRole(undefined);
  showLobby(own ?? entered, own !== undefined, settings.name, failure, (wish) => void enter(wish));
}

/** The terminal is in a separate file, which loads with the page and runs when the road has been asked. */
async function makeView(): Promise<TerminalView> {
  const { TerminalView } = await import("./terminal_view.ts");
  return view ??= await TerminalView.make(settings, change);
}

const EVENTS: Partial<JoinEvents> = {
  welcomed: ({ role, title }) => {
    showRole(role);
    showTitle(title);
  },
  granted: showRole,
  path: () => view?.refresh(),
  waiting: (why) => part("progress-text").textContent = sentence(`Waiting: ${why}`),
  quiet: (words) => {
    if (part("progress").hidden) showQuiet(words);
    else part("progress-text").textContent = words === null ? "Connecting…" : sentence(words);
  },
  notice: (text) => toast(shownText(text, SAID), {}, "a notice"),
  log: (words) => console.debug(`beach: ${words}`),
};

async function enter({ url, secret, name }: Wish): Promise<void> {
  if (name !== settings.name) change({ name });
  part("lobby").hidden = true;
  part("over").hidden = true;
  part("stage").hidden = false;
  part("progress").hidden = false;
  part("progress-text").textContent = "Connecting…";
  part("app").dataset.state = "joining";
  try {
    const session = await join(url, {
      view: async () => (await makeView()).place(),
      on: {
        ...EVENTS,
        offered: (port) => void import("./offers.ts").then(({ offerPort }) => offerPort(port, url), () => {}),
      },
      ...(secret && { secret }),
      name,
    });
    const { words } = address(url);
    if (words) history.replaceState(null, "", words);
    part("app").dataset.state = "joined";
    part("progress").hidden = true;
    offerDesktop(session, view!);
    const ended = await view!.show(session);
    part("app").dataset.state = "over";
    showQuiet(null);
    showStatus(undefined);
    showRole(undefined);
    showEnd(ended, () => void enter({ url, ...(secret && { secret }), name }));
  } catch (error) {
    lobby(asFailure(error), url);
  }
}

/** A host that shares a desktop has it shown; what that takes is loaded only then. */
function offerDesktop(session: BeachSession, view: TerminalView): void {
  if (!session.desktop.shared) return;
  import("../desktop/view/desktop_page.ts").then(
    ({ showDesktop }) => showDesktop(session, view),
    () => toast("A part of this page could not be loaded: its server may be away. Load it again."),
  );
}

/** What belongs into the address bar after a join from the lobby: our own session's link. */
function address(url: string): { readonly words?: string } {
  if (!URL.canParse(url)) return {};
  const { origin, pathname, hash } = new URL(url);
  return origin === location.origin && hash ? { words: pathname + hash } : {};
}

function start(): void {
  applyTheme(themeOf(settings.theme));
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => change({}));
  const url = ownUrl();
  if (url === undefined) return lobby();
  try {
    if (describe(url).hasSecret) void enter({ url, name: settings.name });
    else lobby();
  } catch (error) {
    lobby(asFailure(error));
  }
}

// Another fragment is another secret, but the browser does not reload the page for it.
addEventListener("hashchange", () => location.reload());
start();
// The road has been asked by now: the browser prepares its network threads while it answers.
warmUp();
