/** Which web pages may use a road. */
import type { Settings } from "./options.ts";

/** Whether pages of `origin` may: this road's own (`publicUrl`, or the host that the request names), and the origins in its options. */
export function allowsOrigin({ allowOrigin, publicUrl }: Settings, origin: string, host: string): boolean {
  if (allowOrigin.includes(origin)) return true;
  const asked = URL.parse(origin);
  return asked !== null && (asked.host === host || asked.origin === URL.parse(publicUrl)?.origin);
}

/** Whether `origin` is a browser extension: it acts with a person's permission and has no page of a web site. */
export function isExtension(origin: string): boolean {
  return /^(?:chrome|moz|safari-web)-extension:\/\/[A-Za-z0-9-]+$/.test(origin);
}
