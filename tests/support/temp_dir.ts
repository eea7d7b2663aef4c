/**
 * A folder for one test. `env` sends a child's temp files into `tmp`; `assertEmptyTmp` proves that none was left.
 */
export class TempDir implements AsyncDisposable {
  private constructor(
    /** The folder itself. */
    readonly path: string,
    /** An empty folder in it that children use as their temp folder. */
    readonly tmp: string,
  ) {}

  static async create(name = "beach-test-"): Promise<TempDir> {
    const path = await Deno.makeTempDir({ prefix: name });
    const tmp = `${path}/tmp`;
    await Deno.mkdir(tmp);
    return new TempDir(path, tmp);
  }

  /** Environment variables that make a child use `tmp` for its temp files, and this folder for a host's control socket. */
  get env(): Record<string, string> {
    return { TMPDIR: this.tmp, TMP: this.tmp, TEMP: this.tmp, XDG_RUNTIME_DIR: this.path };
  }

  /** `name` in this folder. */
  join(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Writes files in this folder, by their paths in it, with their folders. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = this.join(name);
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
  }

  /** Names under `tmp` now, sorted, folders included (as `a/b`). */
  async leftovers(): Promise<string[]> {
    const found: string[] = [];
    const walk = async (folder: string, prefix: string): Promise<void> => {
      for await (const entry of Deno.readDir(folder)) {
        found.push(prefix + entry.name);
        if (entry.isDirectory) await walk(`${folder}/${entry.name}`, `${prefix}${entry.name}/`);
      }
    };
    await walk(this.tmp, "");
    return found.sort();
  }

  /** Throws an Error that lists what is left in `tmp`, except names that `allowed` matches. */
  async assertEmptyTmp(allowed?: RegExp): Promise<void> {
    const left = (await this.leftovers()).filter((name) => !allowed?.test(name));
    if (left.length > 0) throw new Error(`left in the temp folder: ${left.join(", ")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
