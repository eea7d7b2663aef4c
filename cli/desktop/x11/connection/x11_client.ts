/** The package `x11`, with types for the part of it that is used; nothing else imports it. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import x11 from "x11";

/** How the package answers: a true result says that the error was seen to. */
export type Done<T> = (error: Error | null | undefined, result: T) => boolean;

/** A request that has no answer may have a callback too: for its success. */
type Void = Done<unknown>;

/** An event as the package reads it: `type` and `name` always, the rest by its kind. */
export interface XEvent {
  readonly type: number;
  readonly name?: string;
  readonly [field: string]: unknown;
}

/** What the server says of itself at the beginning. */
export interface XSetup {
  readonly min_keycode: number;
  readonly max_keycode: number;
  readonly image_byte_order: number;
  readonly format: Readonly<Record<number, { readonly bits_per_pixel: number }>>;
  readonly screen: readonly {
    readonly root: number;
    readonly root_depth: number;
    readonly root_visual: number;
    readonly pixel_width: number;
    readonly pixel_height: number;
  }[];
}

/** An extension: where its requests and events are numbered from. */
export interface XExtension {
  readonly majorOpcode: number;
  readonly firstEvent: number;
}

export interface XDamage extends XExtension {
  Create(damage: number, drawable: number, level: number): void;
  Destroy(damage: number): void;
  Subtract(damage: number, repair: number, parts: number): void;
}

export interface XFixes extends XExtension {
  CreateRegion(region: number, rectangles: readonly never[]): void;
  DestroyRegion(region: number): void;
  FetchRegion(region: number, done: Done<{ readonly rectangles: readonly XRectangle[] }>): void;
  SelectCursorInput(window: number, mask: number): void;
  SelectSelectionInput(window: number, selection: number, mask: number): void;
  GetCursorImage(done: Done<XCursorImage>): void;
}

export interface XRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `cursorImage`: ARGB with premultiplied alpha, 32 bits a pixel in our byte order. */
export interface XCursorImage {
  readonly width: number;
  readonly height: number;
  readonly xhot: number;
  readonly yhot: number;
  readonly cursorSerial: number;
  readonly cursorImage: Buffer;
}

export interface XShm extends XExtension {
  Attach(segment: number, id: number, readOnly: boolean, done: Void): void;
  Detach(segment: number): void;
  GetImage(
    drawable: number,
    x: number,
    y: number,
    width: number,
    height: number,
    planes: number,
    format: number,
    segment: number,
    offset: number,
    done: Done<{ readonly size: number }>,
  ): void;
}

export interface XTest extends XExtension {
  FakeInput(type: number, detail: number, delay: number, window: number, x: number, y: number): void;
}

export interface XRandr extends XExtension {
  readonly major_version: number;
  readonly minor_version: number;
  SelectInput(window: number, mask: number): void;
}

export interface XExtensions {
  readonly damage: XDamage;
  readonly fixes: XFixes;
  readonly shm: XShm;
  readonly xtest: XTest;
  readonly randr: XRandr;
}

/** `bytesAfter`: what of the property was not read. */
export interface XProperty {
  readonly type: number;
  readonly format: number;
  readonly bytesAfter: number;
  readonly data: Buffer;
}

/** The client: requests are methods, and are sent in the order of the calls. */
export interface XClient {
  /** The number of the last request; raw requests count it up. */
  seq_num: number;
  readonly replies: Record<number, [((body: Buffer, detail: number) => unknown) | null, Done<never>]>;
  /** Numbers of names that are known. */
  atoms: Readonly<Record<string, number>>;
  readonly pack_stream: { put(bytes: Buffer): void; submit(answered: boolean): void };
  on(event: "event", receive: (event: XEvent) => void): void;
  on(event: "error", receive: (error: Error) => void): void;
  on(event: "end", receive: () => void): void;
  require<Name extends keyof XExtensions>(name: Name, done: Done<XExtensions[Name]>): void;
  QueryExtension(name: string, done: Done<XExtension & { readonly present: number }>): void;
  AllocID(): number;
  ReleaseID(id: number): void;
  GetImage(
    format: number,
    drawable: number,
    x: number,
    y: number,
    width: number,
    height: number,
    planes: number,
    done: Done<{ readonly data: Buffer }>,
  ): void;
  ChangeWindowAttributes(window: number, values: Readonly<Record<string, number>>): void;
  CreateWindow(
    id: number,
    parent: number,
    x: number,
    y: number,
    width: number,
    height: number,
    border: number,
    depth: number,
    kind: number,
    visual: number,
    values: Readonly<Record<string, number>>,
  ): void;
  InternAtom(onlyIfThere: boolean, name: string, done: Done<number>): void;
  QueryPointer(
    window: number,
    done: Done<{ readonly rootX: number; readonly rootY: number; readonly keyMask: number }>,
  ): void;
  GetKeyboardMapping(first: number, count: number, done: Done<readonly (readonly number[])[]>): void;
  ChangeKeyboardMapping(first: number, width: number, keysyms: readonly number[], done: Void): void;
  GetProperty(
    remove: number,
    window: number,
    property: number,
    type: number,
    offset: number,
    length: number,
    done: Done<XProperty>,
  ): void;
  ChangeProperty(
    mode: number,
    window: number,
    property: number,
    type: number,
    format: number,
    data: Buffer | readonly number[],
  ): void;
  MapWindow(window: number): void;
  ResizeWindow(window: number, width: number, height: number): void;
  DestroyWindow(window: number): void;
  SetSelectionOwner(owner: number, selection: number, time: number): void;
  GetSelectionOwner(selection: number, done: Done<number>): void;
  ConvertSelection(
    requestor: number,
    selection: number,
    target: number,
    property: number,
    time: number,
  ): void;
  SendEvent(to: number, propagate: number, mask: number, event: Readonly<Record<string, unknown>>): void;
}

/** Speaks X on `stream`, which is connecting or connected. `done` comes once: with what the server says, or why it refused. */
export function createClient(
  { stream, auth, display }: {
    readonly stream: Socket;
    readonly auth: { readonly name: string; readonly data: string };
    /** Only for the package's messages. */
    readonly display: string;
  },
  done: (error: Error | null | undefined, setup: XSetup) => void,
): XClient {
  const client = (x11 as { createClient(options: unknown, done: unknown): XClient }).createClient(
    { stream, auth, display },
    (error: Error | null | undefined, setup: XSetup) => {
      // The package keeps the numbers of names in one table for all servers, but each server has its own.
      client.atoms = { ...client.atoms };
      done(error, setup);
    },
  );
  return client;
}

/** Keysyms of older tables with the one that Unicode has for the same character. */
export function legacyKeysyms(): ReadonlyMap<number, number> {
  const UNICODE = 0x0100_0000;
  const { keySyms } = x11 as { keySyms: Record<string, { code: number; description: string | null }> };
  return new Map(
    Object.values(keySyms).flatMap(({ code, description }): [number, number][] => {
      // Where there is one, the description begins with the character in brackets.
      const point = /^\((.)\) /u.exec(description ?? "")?.[1]?.codePointAt(0);
      return point === undefined || point < 0x100 || code >= UNICODE ? [] : [[code, UNICODE + point]];
    }),
  );
}
