/**
 * A viewer's links: of its present keys, and of keys that are not valid any more, because the road assigned another id or the host does not
 * know the viewer.
 */
import type { Link } from "../link.ts";
import type { ViewerPaths } from "./viewer_paths.ts";

/** The links of a viewer, of its current keys and of former ones. */
export class ViewerLinks {
  /** Links of the present keys; null without keys. */
  paths: ViewerPaths | null = null;
  readonly #former = new Set<ViewerPaths>();

  /** The link in use. */
  get link(): Link | null {
    return this.paths?.current ?? this.#formerDirect;
  }

  /** Whether a link is open that needs no road: then no unsealed message of the road ends this viewer. */
  get direct(): boolean {
    return (this.paths?.direct ?? this.#formerDirect) !== null;
  }

  /** Whether a message came over a direct link of former keys in the last `ms`. */
  formerHeard(ms: number): boolean {
    const link = this.#formerDirect;
    return link !== null && performance.now() - link.heardAt < ms;
  }

  /** The keys are gone: open links stay. */
  leave(why: string): void {
    const { paths } = this;
    this.paths = null;
    paths?.leave(why);
    if (paths && paths.direct !== null) this.#former.add(paths);
    else void paths?.close(why);
  }

  /** A link of the present keys replaces former ones. */
  async closeFormer(why: string): Promise<void> {
    const former = [...this.#former];
    this.#former.clear();
    await Promise.all(former.map((paths) => paths.close(why)));
  }

  /** Closes all; settles when everything is freed. */
  async close(why: string): Promise<void> {
    await Promise.all([this.closeFormer(why), this.paths?.close(why)]);
  }

  get #formerDirect(): Link | null {
    return [...this.#former].map(({ direct }) => direct).findLast((link) => link !== null) ?? null;
  }
}
