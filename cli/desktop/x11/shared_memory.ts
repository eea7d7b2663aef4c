/** SysV shared memory through libc: the only native code of this room. Linux. */

/** The C library, as glibc and musl name it. */
const LIBRARIES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];

/** Constants of `sys/ipc.h` on Linux: a segment that nobody finds by a key, made anew, for us and the server (which runs as root or as we do). */
const IPC_PRIVATE = 0;
const IPC_CREAT_PRIVATE = 0o1600;
const IPC_RMID = 0;
/** What `shmat` returns if it fails: -1 as an address. */
const FAILED = 0xffff_ffff_ffff_ffffn;

const SYMBOLS = {
  shmget: { parameters: ["i32", "usize", "i32"], result: "i32" },
  shmat: { parameters: ["i32", "pointer", "i32"], result: "pointer" },
  shmdt: { parameters: ["pointer"], result: "i32" },
  shmctl: { parameters: ["i32", "i32", "pointer"], result: "i32" },
} as const;

let library: Deno.DynamicLibrary<typeof SYMBOLS> | undefined;

/**
 * Memory that this process and the X server both see.
 *
 * It is marked for removal at once: Linux lets the server attach such a segment for as long as we have it, and frees it with its last
 * process, also after `kill -9`.
 */
export class SharedMemory implements Disposable {
  #bytes: Uint8Array<ArrayBuffer>;
  #address: Deno.PointerValue;

  private constructor(readonly id: number, address: Deno.PointerObject, size: number) {
    this.#address = address;
    this.#bytes = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(address, size));
  }

  /** A segment of `size` bytes, all zero. Throws Error where there is no such memory: another system, or none left. */
  static create(size: number): SharedMemory {
    const { symbols } = library ??= load();
    const id = symbols.shmget(IPC_PRIVATE, BigInt(size), IPC_CREAT_PRIVATE);
    if (id < 0) throw new Error(`no shared memory of ${size} bytes`);
    const address = symbols.shmat(id, null, 0);
    symbols.shmctl(id, IPC_RMID, null);
    if (address === null || Deno.UnsafePointer.value(address) === FAILED) {
      throw new Error("shared memory can't be attached");
    }
    return new SharedMemory(id, address, size);
  }

  /** The memory itself; empty after disposal. Nobody may keep it. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  [Symbol.dispose](): void {
    if (this.#address === null) return;
    // Arrays over it that somebody kept are empty from here on, and can't reach what is not there.
    this.#bytes.buffer.transfer(0);
    this.#bytes = new Uint8Array();
    library!.symbols.shmdt(this.#address);
    this.#address = null;
  }
}

function load(): Deno.DynamicLibrary<typeof SYMBOLS> {
  let cause: unknown;
  for (const name of LIBRARIES) {
    try {
      return Deno.dlopen(name, SYMBOLS);
    } catch (error) {
      cause = error;
    }
  }
  throw new Error("no C library with shared memory", { cause });
}
