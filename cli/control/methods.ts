/** The methods of the control socket: what each takes, and what it does. `cli/README.md` ("The control socket") lists them. */
import {
  object,
  oneOf,
  optional,
  read,
  type Schema,
  text,
  type Value,
} from "../../transport/schema/strict_json.ts";
import { PRINTABLE } from "../../transport/schema/json_fields.ts";
import { type HostControls, LEVELS, Refused } from "./host_controls.ts";
import { CODES, type Request, RpcError } from "./rpc.ts";

/** The longest line for viewers, characters: what a window shows. */
const MAX_TEXT = 200;
/** An id or a name (`sealed_content.ts`), characters. */
const MAX_WHO = 80;

interface Method {
  call(controls: HostControls, params: unknown): unknown;
}

function method<S extends Schema>(
  params: S,
  call: (controls: HostControls, params: Value<S>) => unknown,
): Method {
  return {
    call: (controls, given) => {
      const result = read(params, given);
      if ("value" in result) return call(controls, result.value);
      const { at, wanted, unknown } = result.fault;
      const what = unknown
        ? `there is no parameter ${at}; known: ${wanted || "none"}`
        : `${at} must be ${wanted}`;
      throw new RpcError(CODES.params, what);
    },
  };
}

const nothing = object({});
const who = text(MAX_WHO, PRINTABLE, "a viewer's id or name in one line");
const line = text(MAX_TEXT, PRINTABLE, "one line of text");

const METHODS: Readonly<Record<string, Method>> = {
  list: method(nothing, (controls) => controls.list()),
  grant: method(object({ who, to: oneOf(LEVELS) }), (controls, { who, to }) => controls.grant(who, to)),
  kick: method(
    object({ who, why: optional(line) }),
    (controls, { who, why }) => done(controls.kick(who, why)),
  ),
  lock: method(nothing, (controls) => done(controls.lock(true))),
  unlock: method(nothing, (controls) => done(controls.lock(false))),
  codes: method(nothing, (controls) => controls.codes()),
  notice: method(object({ text: line }), (controls, { text }) => done(controls.notice(text))),
  stats: method(nothing, (controls) => controls.stats()),
  end: method(nothing, (controls) => done(controls.end())),
};

/** The result of a method that has none. */
function done(_: void): Record<string, never> {
  return {};
}

/** Does what a request asks for. Throws {@link RpcError}. */
export function callMethod(controls: HostControls, { id, method, params }: Request): unknown {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!known) {
    throw new RpcError(
      CODES.method,
      `there is no method ${method}; known: ${Object.keys(METHODS).join(", ")}`,
      id,
    );
  }
  try {
    return known.call(controls, params);
  } catch (error) {
    if (error instanceof Refused) throw new RpcError(CODES.refused, error.message, id);
    if (error instanceof RpcError) throw new RpcError(error.code, error.message, id);
    throw error;
  }
}
