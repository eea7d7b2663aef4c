/** What the process's thread and its watchdog share. */

/** Where in the shared array (32-bit words) is what the worker reads: whether the terminal is raw, whether a signal was heard. */
export const RAW = 0;
export const HEARD = 1;

/** What the worker is told at its start. */
export interface Watch {
  readonly shared: Int32Array;
  readonly signals: readonly Deno.Signal[];
  /** How long an orderly end may take, ms. */
  readonly patience: number;
}
