/** An HTTP answer as a value. */
export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** On every answer; a reply's own headers win. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

export function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

export function plain(status: number, body: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body: body + "\n" };
}

export function failure(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}

/** The path of a request target, which can be any text: what no route has is just not found. */
export function pathOf(target: string | undefined): string {
  return (target ?? "/").split("?", 1)[0]!;
}
