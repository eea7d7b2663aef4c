/** Where a forward goes (`README.md`, "forward"), and what a host's person allows. Pure. */
import * as v from "valibot";
import { ServiceError } from "../streams/service_error.ts";

/** The service's name in `Open`. */
export const FORWARD = "forward";

export interface Target {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Letters as in names and addresses, a zone too; what a person is shown is what is asked for. */
const HOST = /^[A-Za-z0-9._:%-]{1,253}$/;
const schema = v.object({
  host: v.pipe(v.string(), v.regex(HOST)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
});

/**
 * @throws {ServiceError} `head`
 */
export function readTarget(head: Readonly<Record<string, unknown>>): Target {
  const { success, output } = v.safeParse(schema, head);
  if (!success) throw new ServiceError("head", "host is a name or an address, and port 1 to 65535");
  return output;
}

/** `host:port` as people write it. */
export function targetText({ host, port }: Target): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether `host` names this machine itself. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0|::)$/i.test(host);
}

/** What `--forward` says: all, or these; a target of this machine fits any name of it. */
export type ForwardRule = { readonly kind: "any" } | {
  readonly kind: "these";
  readonly targets: readonly Target[];
};

/** Whether `rule` names `target`. */
export function allows(rule: ForwardRule, { host, port }: Target): boolean {
  if (rule.kind === "any") return true;
  return rule.targets.some((named) =>
    named.port === port &&
    (named.host.toLowerCase() === host.toLowerCase() || isLoopback(named.host) && isLoopback(host))
  );
}
