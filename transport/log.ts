/**
 * Where the steps of a connection are logged, in the wording that tools which read the logs expect. Injected by the caller; never receives
 * a secret.
 */
export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, words: string) => void;
