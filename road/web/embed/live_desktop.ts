/** The host's desktop of one session, for a page. What shows it is loaded when it is opened. */
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { DesktopHost } from "../desktop/desktop_host.ts";
import type { Desktop, DesktopAccess, DesktopOptions } from "../desktop/desktop_types.ts";

/** What `session.desktop` is. */
export class LiveDesktop implements DesktopAccess {
  /** @param isShared whether the host shares one; `host` is what a shown one needs of the session */
  constructor(private readonly isShared: () => boolean, private readonly host: () => DesktopHost) {}

  get shared(): boolean {
    return this.isShared();
  }

  async open(options: DesktopOptions = {}): Promise<Desktop> {
    if (!this.shared) throw new ServiceError("no-service", "the host shares no desktop");
    const { PageDesktop } = await import("../desktop/desktop.ts");
    return await PageDesktop.open(this.host(), options);
  }
}
