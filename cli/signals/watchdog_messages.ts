/** The data that the process's thread and its watchdog share. */

/** Indices in the shared array (32-bit words): whether the terminal is raw, whether a signal was received. */
export const RAW = 0;
export const HEARD = 1;

/** The worker's configuration. */
export interface Watch {
  readonly shared: Int32Array;
  readonly signals: readonly Deno.Signal[];
  /** The time limit of an orderly end, in ms. */
  readonly patience: number;
}
