/** `beach join`: shows a shared terminal here, and types in it. */
import type { Link } from "../../transport/link.ts";
import { viewerNumbers } from "../../session/stats.ts";
import { statusText } from "../../session/stats_text.ts";
import { TYPED_LIMIT } from "../../session/sync/limits.ts";
import { ViewerSession } from "../../session/viewer/viewer_session.ts";
import { Clipboard } from "./clipboard.ts";
import { escapeName } from "../terminal/key_press.ts";
import { type JoinEvent, openEvents } from "../report/events.ts";
import { Failure } from "../process/failure.ts";
import { OwnMark } from "../process/inside.ts";
import { type Io, Stopped } from "../process/io.ts";
import { complete } from "./join_secret.ts";
import { findWay, type Way } from "./join_peering.ts";
import { Liveness } from "./liveness.ts";
import { openLog } from "../report/log.ts";
import { Metrics } from "../report/metrics.ts";
import { networkAddresses } from "../../transport/native/addresses.ts";
import type { JoinOptions } from "../options/options.ts";
import { openRtc, worsener } from "../network/rtc.ts";
import { Tty } from "../terminal/tty.ts";
import { ViewerBar } from "./viewer_bar.ts";
import { ViewerKeys } from "./viewer_keys.ts";
import { ViewerTerminal } from "./viewer_terminal.ts";
import { aborted, whenever } from "../process/wait.ts";
import { SessionTimer } from "../../session/runtime/session_timer.ts";

/** How the session ended here: with the command's status, or because we left (code 0). */
interface End {
  readonly code: number;
  readonly words: string;
}

/** A road that takes longer is said to be asked; ms. */
const ROAD_SLOW = 1000;
/** Why keys go nowhere. */
const WATCHING = "You only watch (--view): what you type goes nowhere";
const CODE_WATCHES = "This code lets you watch: what you type goes nowhere";
/** As a shell tells of an end by Ctrl-C. */
const INTERRUPTED = 130;

/** Shows a session until its command ends. Returns the command's exit status, as a shell tells it. */
export async function runJoin(given: JoinOptions, io: Io): Promise<number> {
  const options = await complete(given, io.stop);
  await using stack = new AsyncDisposableStack();
  const { log, screen: shows, debugging } = stack.use(openLog(options, "nothing"));
  const events = options.events === undefined ? undefined : stack.use(openEvents(options.events));
  const tell = (event: JoinEvent) => void events?.emit(event);
  let afterwards = "";
  if (events) events.onfault = (words) => afterwards += `beach: ${words}\r\n`;
  const over = Promise.withResolvers<End>();
  // It may come before anyone waits for it: then what is being waited for tells more.
  over.promise.catch(() => {});
  const gone = new AbortController();
  const stop = AbortSignal.any([io.stop, gone.signal]);

  const tty = Tty.open({
    oninput: (bytes) => {
      keys.read(bytes);
      // What is pasted beyond it waits in the terminal, so that none of it is lost.
      if (session.unsent >= TYPED_LIMIT) {
        return whenever(() => session.unsent < TYPED_LIMIT, (look) => onchange = look);
      }
    },
    onresize: (window) => {
      session.resize(window);
      terminal.repaint();
    },
    onresume: () => terminal.repaint(),
    ongone: () => gone.abort(new Stopped("SIGHUP")),
  });
  // Whatever is thrown before the session is on the screen.
  stack.defer(() => tty.restoreNow());
  shows("session");
  const clipboard = new Clipboard(options.clipboard, (bytes) => {
    const how = options.escape === null
      ? "join with --clipboard allow for that"
      : `${escapeName(options.escape)} c copies, a always`;
    bar.say(`The host would copy ${bytes} bytes to your clipboard: ${how}`);
  });
  let told = false;
  const watching = (): boolean => {
    if (!options.view && session.role !== "view") return false;
    if (!told) bar.say(options.view ? WATCHING : CODE_WATCHES);
    return told = true;
  };
  const terminal: ViewerTerminal = stack.use(
    new ViewerTerminal({ tty, predict: options.predict, clipboard, session: () => session, watching }),
  );
  let way: Way | undefined;
  let inside = false;
  let waiting: string | undefined;
  let onchange = () => {};
  const own = stack.use(
    new OwnMark(
      options.code.session,
      (text) => void tty.write(new TextEncoder().encode(text)),
      (failure) => over.reject(failure),
    ),
  );
  // What the command said last may be its prompt, or half a line.
  const ownLine = () => terminal.atLineStart ? "" : "\r\n";
  const session: ViewerSession = new ViewerSession(
    {
      now: () => performance.now(),
      show: (bytes) => {
        own.see(bytes);
        return terminal.show(bytes);
      },
      replace: (snapshot) => {
        tell({ event: "size", cols: snapshot.cols, rows: snapshot.rows });
        return terminal.replace(snapshot);
      },
      welcomed: ({ role }) => {
        terminal.status(null);
        waiting = undefined;
        if (!inside) tell({ event: "joined", session: way!.session, peer: way!.peer, role });
        inside = true;
        own.begin();
        keys.early.inside();
        tell({ event: "path", path: session.conversation!.link.path });
      },
      history: (lines) => terminal.history(lines),
      picture: (piece) => terminal.pictures.take(piece),
      notice: (text) => bar.say(text),
      exited: ({ code, signal }) => {
        tell({ event: "exit", code, signal });
        const how = signal === 0
          ? `the command exited with ${code}`
          : `the command was ended by signal ${signal}`;
        over.resolve({ code, words: `${ownLine()}The session ended: ${how}.\r\n` });
      },
      dismissed: (why) => over.reject(new Failure({ what: `The session ended: ${why}` })),
      effect: (effect) => terminal.effect(effect),
      changed: () => {
        wake.changed();
        onchange();
      },
      log: (words) => log("debug", words),
      ...(debugging && { trace: (words: string) => log("debug", words) }),
    },
    { name: options.name ?? "", singleChannel: options.forceSingleChannel, lateTimers: false },
    tty.size,
  );
  const wake = stack.use(new SessionTimer(session));
  const numbers = () => viewerNumbers(session, performance.now(), terminal.predictions);
  const bar = stack.use(new ViewerBar(terminal, () => statusText(numbers()), () => clipboard.withdraw()));
  const keys = stack.use(
    new ViewerKeys({
      key: options.escape,
      terminal,
      clipboard,
      send: (inputs) => terminal.typed(inputs),
      leave: (interrupted) => {
        const goesOn = inside
          ? `Left ${options.code.session}; the session goes on.`
          : `Gave up on ${options.code.session}.`;
        over.resolve({
          code: interrupted ? INTERRUPTED : 0,
          words: `${interrupted ? "^C\r\n" : ""}${ownLine()}${goesOn}\r\n`,
        });
      },
      bar,
    }),
  );

  const rtc = await openRtc(options, log);
  if (rtc) stack.defer(() => rtc.close());
  const worsen = worsener(options);
  const watch = (way: Way) => {
    stack.use(
      new Liveness({
        session,
        renew: (why, moved) => way.renew(why, moved),
        waiting: () => waiting,
        addresses: networkAddresses,
        silent: (ms, late) => {
          const what = way.gone(ms, late);
          if (what !== undefined) over.reject(new Failure({ what, hint: "Ask for a new code" }));
        },
        status: (text) => terminal.status(text),
        now: () => performance.now(),
      }),
    );
    const read = () => [{ of: "", numbers: numbers() }];
    stack.use(new Metrics(options, log, read, (reading) => tell({ event: "stats", ...reading.numbers })));
  };
  try {
    const stopped = aborted(stop).then((): End => ({ code: 0, words: "\r\n" }));
    const ended = Promise.race([over.promise, stopped]);
    // A road that says nothing must not keep the person who leaves.
    const giveUp = new AbortController();
    ended.then(() => giveUp.abort(), () => giveUp.abort());
    const found = findWay(options, rtc, log, {
      link: (link: Link) => {
        session.attach(worsen(link));
      },
      waiting: (why) => {
        keys.early.wait();
        terminal.status(`Waiting: ${waiting = why}${inside ? "" : " (Ctrl-C gives up)"}`);
      },
      over: (failure) => over.reject(failure),
    }, giveUp.signal);
    const slow = setTimeout(
      () => terminal.status("Asking the road … (Ctrl-C gives up)"),
      ROAD_SLOW,
    );
    way = await found
      .catch((error) => giveUp.signal.aborted ? undefined : Promise.reject(error))
      .finally(() => clearTimeout(slow));
    if (way) watch(stack.use(way));
    const end = await ended;
    session.leave("left");
    await terminal.finish();
    // The session's screen has taken the place of what was said before it.
    const again = inside && options.warning !== undefined ? `beach: ${options.warning}\r\n` : "";
    await tty.close(end.words + again + afterwards);
    return end.code;
  } catch (error) {
    tell({ event: "error", message: error instanceof Error ? error.message : String(error) });
    await terminal.finish();
    // The error is told on a line of its own.
    await tty.close("\r\n" + afterwards);
    throw error;
  }
}
