/** What stands typed in a terminal and was not read yet. For tests that must know that a program has read what it was sent. */

const [READ_ONLY, NO_CONTROLLING_TTY] = [0, 0o400];
/** `ioctl_tty(2)`: how many bytes can be read. */
const FIONREAD = 0x541b;

/** Bytes that wait in the terminal that is the standard input of a process; 0 in line mode while a line is not finished. Linux with glibc. */
export function unread(pid: number): number {
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  try {
    const { open, ioctl, close } = libc.symbols;
    const path = new TextEncoder().encode(`/proc/${pid}/fd/0\0`);
    const fd = open(path, READ_ONLY | NO_CONTROLLING_TTY);
    if (fd < 0) throw new Error(`the terminal of ${pid} can't be opened`);
    const count = new Int32Array(1);
    const failed = ioctl(fd, BigInt(FIONREAD), new Uint8Array(count.buffer)) < 0;
    close(fd);
    if (failed) throw new Error(`the standard input of ${pid} does not say how much waits`);
    return count[0]!;
  } finally {
    libc.close();
  }
}
