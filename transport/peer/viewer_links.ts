/** A viewer's links: of its keys, and of keys that it has no more, since the road gave it another id or the host does not know it. */
import type { Link } from "../link.ts";
import type { ViewerPaths } from "./viewer_paths.ts";

/** The links of a viewer, of its current keys and of former ones. */
export class ViewerLinks {
  /** Those of our keys; null while there are none. */
  paths: ViewerPaths | null = null;
  readonly #former = new Set<ViewerPaths>();

  /** The link in use. */
  get link(): Link | null {
    return this.paths?.current ?? this.#formerDirect;
  }

  /** Whether a link is open that needs no road: then nothing that the road says without a seal ends us. */
  get direct(): boolean {
    return (this.paths?.direct ?? this.#formerDirect) !== null;
  }

  /** Whether something came over a direct link of former keys in the last `ms`. */
  formerHeard(ms: number): boolean {
    const link = this.#formerDirect;
    return link !== null && performance.now() - link.heardAt < ms;
  }

  /** Our keys are gone: what is open stays. */
  leave(why: string): void {
    const { paths } = this;
    this.paths = null;
    paths?.leave(why);
    if (paths && paths.direct !== null) this.#former.add(paths);
    else void paths?.close(why);
  }

  /** A link of our keys takes over. */
  async closeFormer(why: string): Promise<void> {
    const former = [...this.#former];
    this.#former.clear();
    await Promise.all(former.map((paths) => paths.close(why)));
  }

  /** Closes all; settles when all is freed. */
  async close(why: string): Promise<void> {
    await Promise.all([this.closeFormer(why), this.paths?.close(why)]);
  }

  get #formerDirect(): Link | null {
    return [...this.#former].map(({ direct }) => direct).findLast((link) => link !== null) ?? null;
  }
}
