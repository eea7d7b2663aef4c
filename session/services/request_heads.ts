/** The heads of `requests` (`README.md`), and what `list` is answered with. */
import * as v from "valibot";
import { readRequestHead, type RequestHead } from "./http_head.ts";
import { MAX_NAME, MAX_OFFERS, type Offer, OFFER_NAME } from "./offer.ts";
import { ServiceError } from "../streams/service_error.ts";

/** The service's name in `Open`. */
export const REQUESTS = "requests";
export type RequestOpen =
  | { readonly kind: "list" }
  | { readonly kind: "call" | "port"; readonly to: string }
  | { readonly kind: "http"; readonly to: string } & RequestHead;

const to = v.optional(v.pipe(v.string(), v.maxLength(MAX_NAME)), "");
const open = v.variant("kind", [
  v.object({ kind: v.literal("list") }),
  v.object({ kind: v.picklist(["call", "port"]), to }),
  v.looseObject({ kind: v.literal("http"), to }),
]);
const offers = v.pipe(
  v.array(
    v.object({ name: v.pipe(v.string(), v.regex(OFFER_NAME)), kind: v.picklist(["native", "http"]) }),
  ),
  v.maxLength(MAX_OFFERS),
);

/**
 * @throws {ServiceError} `head`
 */
export function readRequestOpen(head: Readonly<Record<string, unknown>>): RequestOpen {
  const { success, output } = v.safeParse(open, head);
  if (!success) throw new ServiceError("head", "kind is list, call, port or http, and to a name");
  return output.kind === "http" ? { kind: "http", to: output.to, ...readRequestHead(head) } : output;
}

/**
 * @throws {ServiceError} `bad-answer`
 */
export function readOffers(value: unknown): readonly Offer[] {
  const { success, output } = v.safeParse(offers, value);
  if (!success) throw new ServiceError("bad-answer", "the host's list of services can't be read");
  return output;
}

/**
 * The offer that `to` names, or without a name the only one of its kind.
 * @throws {ServiceError} `no-service`, naming what there is
 */
export function findOffer<O extends Offer>(offers: readonly O[], kind: Offer["kind"], to: string): O {
  const fitting = offers.filter((offer) => offer.kind === kind);
  const found = to === "" ? fitting : fitting.filter(({ name }) => name === to);
  if (found.length === 1) return found[0]!;
  const what = kind === "native" ? "programs" : "HTTP services";
  if (fitting.length === 0) {
    throw new ServiceError(
      "no-service",
      `the host offers no ${what} (--${kind === "native" ? "native" : "serve"})`,
    );
  }
  const names = fitting.map(({ name }) => name).join(", ");
  throw new ServiceError(
    "no-service",
    `${to === "" ? "name one of the" : "no such name among the"} ${what} offered: ${names}`,
  );
}
