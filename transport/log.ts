/** Where a connection's steps are told, in the words of section 6 of the design. Injected; never given a secret. */
export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, words: string) => void;
