/** What the user of an opened stream has of it, at either end: bytes both ways, each exactly once and in order, whatever links come and go. */

/** Why a stream is over before its time: `code` for programs (`README.md`, "Codes"), `message` a line for people. */
export interface ResetReason {
  readonly code: string;
  readonly message: string;
}

export interface ByteStream {
  readonly id: number;
  readonly service: string;
  /** {@link read} has more than it had: bytes, or the end. Called in the turn in which they come; look before you wait for it. */
  onreadable: (() => void) | null;
  /** {@link write} may take more than it did. */
  ondrain: (() => void) | null;
  /** Called once, at the very end: null if both halves have ended and each byte has arrived, else why not, at whichever end it began. */
  onclosed: ((reason: ResetReason | null) => void) | null;
  /** Takes a copy of as many of `bytes` as there is room for, from the first on; returns how many. None after {@link end} or a reset. */
  write(bytes: Uint8Array): number;
  /** Ends this end's half behind what was written; reading goes on. */
  end(): void;
  /** The next bytes that came, `most` at most; null if there are none now. Only what is read makes room for more. */
  read(most: number): Uint8Array | null;
  /** Whether the other end's half has ended and all of it was read. */
  readonly ended: boolean;
  /** Ends both halves at once; what was not sent or read is dropped. `code`: 1 to 32, `message`: up to 256 characters. */
  reset(code: string, message: string): void;
}
