/** Whether nothing listens at a port any more. */
import { REFUSAL_PATIENCE } from "../../transport/peer/host_gone.ts";

/** Whether the machine of `url` itself refuses connections to its port. */
export async function isRefused({ hostname, port }: URL): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), REFUSAL_PATIENCE);
  const asked = Deno.connect({ hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) }).then(
    (connection) => (connection.close(), false),
    (error) => error instanceof Deno.errors.ConnectionRefused,
  );
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
