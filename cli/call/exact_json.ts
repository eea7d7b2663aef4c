/** JSON whose numbers stay as they were written: those that JavaScript's own can't hold, such as ids above 2^53, pass unaltered. Pure. */
import { parseJson } from "../../session/services/messages.ts";

/** What TypeScript's library does not know yet (https://tc39.es/proposal-json-parse-with-source/). */
interface SourceJson {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
const { parse, rawJSON } = JSON as unknown as SourceJson;

/**
 * The value of `json`, UTF-8, for `JSON.stringify` alone: numbers are objects that it writes as they were.
 * @throws {ServiceError} `not-json`
 */
export function exactJson(json: Uint8Array): unknown {
  // It refuses what is not UTF-8 too.
  parseJson(json);
  const text = new TextDecoder().decode(json);
  return parse(text, (_, value, { source }) => typeof value === "number" ? rawJSON(source!) : value);
}
