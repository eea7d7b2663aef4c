/** The window manager of a display of our own. */
import { basename } from "node:path";
import { Failure } from "../../process/failure.ts";
import { Connection } from "./connection/connection.ts";
import type { Environment } from "./types.ts";

/** How long it may take to manage windows, ms: 0.1 s where nothing else runs. */
const START = 10_000;
/** Between two looks whether it does, ms: no event tells. */
const LOOK = 10;
/** How long a manager may take to show a window, ms. */
const SHOWING = 2000;
/** Event mask: a window is shown, among others. */
const STRUCTURE_NOTIFY = 1 << 17;
/** GetWindowAttributes of the core protocol, and where its answer has the events of a window that any program takes. */
const GET_WINDOW_ATTRIBUTES = 3;
const EVENTS_OF_ALL = 24;
/** What a window manager takes from the root window, and no other program. */
const SUBSTRUCTURE_REDIRECT = 1 << 20;

/**
 * Starts the window manager at `path`, and waits until it manages windows: one that opens while it starts could be missed. It ends with the
 * display at the latest, as no program can be without one. Throws Failure if it does not start; the signal's reason if that aborts.
 */
export async function startManager(
  path: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  const named = Object.entries(environment).filter(([, text]) => text !== undefined);
  const child = new Deno.Command(path, {
    clearEnv: true,
    env: Object.fromEntries(named) as Record<string, string>,
    // A terminal's Ctrl-C is for us: we end it in order.
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await using parts = new AsyncDisposableStack();
  parts.defer(async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await child.status;
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(START)]);
  const ended = new AbortController();
  void child.status.then(() => ended.abort());
  const either = AbortSignal.any([limit, ended.signal]);
  const managed = await isManaged(environment, either).catch((error) => {
    if (!either.aborted) throw error;
    return false;
  });
  if (!managed) {
    signal.throwIfAborted();
    throw new Failure({
      what: "The window manager did not start",
      value: basename(path),
      hint: "Try it by hand",
    });
  }
  return parts.move();
}

/** Waits until a window manager is there and shows windows; false if `signal` aborts first. */
async function isManaged(environment: Environment, signal: AbortSignal): Promise<boolean> {
  using connection = await Connection.open(undefined, environment, signal);
  const root = new Uint8Array(new Uint32Array([connection.root]).buffer);
  while (!signal.aborted) {
    const events = await connection.askRaw(
      GET_WINDOW_ATTRIBUTES,
      0,
      root,
      (body) => body.readUInt32LE(EVENTS_OF_ALL),
    );
    if ((events & SUBSTRUCTURE_REDIRECT) !== 0) {
      await showWindow(connection);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
  return false;
}

/**
 * Shows a window of one pixel until the manager has seen it. Openbox takes windows over before it looks at what they want, and then looks
 * only when something else happens: without this, one that opens in that moment would be missed for long. A manager that lets its person
 * place each window is not waited for.
 */
async function showWindow(connection: Connection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const window = connection.client.AllocID();
  const stop = connection.listen((event) => {
    if (event.name === "MapNotify" && event.wid === window) resolve();
  });
  connection.tell((client) => {
    client.CreateWindow(window, connection.root, 0, 0, 1, 1, 0, 0, 0, 0, { eventMask: STRUCTURE_NOTIFY });
    client.MapWindow(window);
  });
  // Each of these requests goes to the manager as an event.
  const nudge = setInterval(() => connection.tell((client) => client.ResizeWindow(window, 1, 1)), LOOK);
  const late = setTimeout(resolve, SHOWING);
  await promise;
  clearInterval(nudge);
  clearTimeout(late);
  stop();
  connection.tell((client) => client.DestroyWindow(window));
  await connection.settled();
}
