/**
 * TUN devices and their system calls, through Deno's FFI: it needs Linux (x86-64 or arm64, glibc or musl) and root.
 * All calls are synchronous: the router is a process of its own that waits in `ppoll` and nowhere else.
 */

function openLibc() {
  return Deno.dlopen(findLibc(), {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
    setns: { parameters: ["i32", "i32"], result: "i32" },
    ppoll: { parameters: ["buffer", "u64", "buffer", "pointer"], result: "i32" },
    prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  });
}

function findLibc(): string {
  const musl = `/lib/ld-musl-${Deno.build.arch}.so.1`;
  try {
    Deno.statSync(musl);
    return musl;
  } catch {
    return "libc.so.6";
  }
}

const O_RDONLY = 0;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const CLONE_NEWNET = 0x4000_0000;
/** linux/if_tun.h */
const TUNSETIFF = 0x4004_54ca;
const IFF_TUN = 1;
const IFF_NO_PI = 0x1000;
const POLLIN = 1;
const PR_SET_TIMERSLACK = 29;

export class Tuns {
  readonly #libc = openLibc().symbols;
  #polled = new Uint8Array(0);
  #events = new Int16Array(0);
  readonly #time = new BigInt64Array(2);

  constructor() {
    // The kernel may wake a sleeper up to 50 us late unless told otherwise; 1 ns is its smallest value.
    this.#libc.prctl(PR_SET_TIMERSLACK, 1n, 0n, 0n, 0n);
  }

  /** Makes the TUN device `device` in the network namespace at `path`; returns its file descriptor, non-blocking. */
  open(path: string, device: string): number {
    const namespace = this.#open(path, O_RDONLY);
    const home = this.#open("/proc/thread-self/ns/net", O_RDONLY);
    try {
      this.#check(this.#libc.setns(namespace, CLONE_NEWNET), `enter the namespace ${path}`);
      const tun = this.#open("/dev/net/tun", O_RDWR | O_NONBLOCK);
      // struct ifreq: the name in 16 bytes, then the flags in 2 of the 24 that follow.
      const request = new Uint8Array(40);
      new TextEncoder().encodeInto(device, request);
      new DataView(request.buffer).setUint16(16, IFF_TUN | IFF_NO_PI, true);
      this.#check(this.#libc.ioctl(tun, BigInt(TUNSETIFF), request), `make the TUN device ${device}`);
      return tun;
    } finally {
      this.#check(this.#libc.setns(home, CLONE_NEWNET), "come back from the namespace");
      this.#libc.close(namespace);
      this.#libc.close(home);
    }
  }

  /** Reads one packet, or whatever a pipe holds, into `into`; returns its length, 0 at a pipe's end, -1 for nothing now. */
  read(fd: number, into: Uint8Array<ArrayBuffer>): number {
    return Number(this.#libc.read(fd, into, BigInt(into.length)));
  }

  /** Writes one packet; false if the device did not take it. */
  write(fd: number, packet: Uint8Array<ArrayBuffer>, length: number): boolean {
    return Number(this.#libc.write(fd, packet, BigInt(length))) === length;
  }

  /** Names the descriptors that {@link wait} waits for. */
  watch(fds: readonly number[]): void {
    this.#polled = new Uint8Array(8 * fds.length);
    this.#events = new Int16Array(this.#polled.buffer);
    const view = new DataView(this.#polled.buffer);
    fds.forEach((fd, index) => {
      view.setInt32(8 * index, fd, true);
      view.setInt16(8 * index + 4, POLLIN, true);
    });
  }

  /** Sleeps until a watched descriptor has something, or for `ms` (fractions count). */
  wait(ms: number): void {
    // An hour is for ever: the wait is taken up again.
    const nanoseconds = Math.round(Math.min(Math.max(ms, 0), 3_600_000) * 1e6);
    this.#time[0] = BigInt(Math.floor(nanoseconds / 1e9));
    this.#time[1] = BigInt(nanoseconds % 1e9);
    const ready = this.#libc.ppoll(this.#polled, BigInt(this.#polled.length / 8), this.#time, null);
    if (ready <= 0) { for (let at = 3; at < this.#events.length; at += 4) this.#events[at] = 0; }
  }

  /** Whether the `index`-th watched descriptor had something (or has ended) after the last wait. */
  ready(index: number): boolean {
    return this.#events[4 * index + 3] !== 0;
  }

  #open(path: string, flags: number): number {
    return this.#check(this.#libc.open(new TextEncoder().encode(path + "\0"), flags), `open ${path}`);
  }

  #check(result: number, action: string): number {
    if (result < 0) throw new Error(`could not ${action}; the network lab needs Linux, root and TUN devices`);
    return result;
  }
}
