import { LIMITS } from "../transport/schema/signal.ts";
import { Refused } from "./refused.ts";

/** The parts of a request that routes use. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly header: (name: string) => string | undefined;
  readonly query: URLSearchParams;
  /** The address of the other end of the connection. */
  readonly address: string;
  /** The body as text. Rejects with {@link Refused} if it is too large. */
  readonly body: () => Promise<string>;
}

/** An HTTP answer as a value. */
export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Headers of every answer; a reply's own headers override them. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A JSON answer. */
export function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

/** An answer of plain text. */
export function plain(status: number, body: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body: body + "\n" };
}

/** An error as JSON: `{code, message}`. */
export function failure(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}

/** The path of a request target. A target can be any text; one that cannot be parsed matches no route. */
export function pathOf(target: string | undefined): string {
  return (target ?? "/").split("?", 1)[0]!;
}

/** The query of a request target: the part after the first `?`. */
export function queryOf(target: string | undefined): URLSearchParams {
  const at = target?.indexOf("?") ?? -1;
  return new URLSearchParams(at < 0 ? "" : target!.slice(at + 1));
}

/** A request's body as text. Rejects with {@link Refused} if it is larger than any signal. */
export async function bodyOf(request: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > LIMITS.message) {
      throw new Refused(
        "too_large",
        `a body has more than ${LIMITS.message} bytes`,
        "send signals in several",
      );
    }
    pieces.push(piece);
  }
  return await new Blob(pieces as Uint8Array<ArrayBuffer>[]).text();
}
