/** Where a connection's steps are told, in words that tools which read logs know. Injected; never given a secret. */
export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, words: string) => void;
