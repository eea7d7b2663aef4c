/** Which pages may use a road. */
import type { Settings } from "./options.ts";

/** Pages of this road (`publicUrl`, or the host that the request names), and of the origins that its options name. */
export function allowsOrigin({ allowOrigin, publicUrl }: Settings, origin: string, host: string): boolean {
  if (allowOrigin.includes(origin)) return true;
  const asked = URL.parse(origin);
  return asked !== null && (asked.host === host || asked.origin === URL.parse(publicUrl)?.origin);
}

/** Browser extensions, which ask with a person's leave and no page's name. */
export function isExtension(origin: string): boolean {
  return /^(?:chrome|moz|safari-web)-extension:\/\/[A-Za-z0-9-]+$/.test(origin);
}
