/**
 * How the kernel edits the input of a new PTY: as in xterm, tmux and ssh on this system, which is the kernel's own default with IUTF8.
 * `node-pty` 1.1.0 starts one with the flags of 4.4BSD, and with IUTF8 only for output that it decodes itself.
 */

/** The layout of `struct termios`, and the flags to change; from `<termios.h>`. Input flags come first on both systems. */
interface Layout {
  readonly libraries: readonly string[];
  /** The size of the structure in bytes, rounded up. */
  readonly size: number;
  readonly inputOff: number;
  /** The byte offset of the control flags, and the flags to clear. */
  readonly control: number;
  readonly controlOff: number;
  /** The byte offsets of characters that end a line beside Enter, and their value for none. */
  readonly lineEnds: readonly number[];
  readonly none: number;
}

/** The same bits on Linux and macOS. */
const BRKINT = 0x2;
const IXANY = 0x800;
const IMAXBEL = 0x2000;
const IUTF8 = 0x4000;
const LINUX_HUPCL = 0x400;
/** Linux: `c_cc` begins at byte 17; VEOL is 11, VEOL2 16. */
const LINUX_CC = 17;
const TCSANOW = 0;

const LAYOUTS: Readonly<Partial<Record<typeof Deno.build.os, Layout>>> = {
  linux: {
    libraries: ["libc.so.6", `/lib/ld-musl-${Deno.build.arch}.so.1`],
    size: 64,
    inputOff: BRKINT | IXANY | IMAXBEL,
    control: 8,
    controlOff: LINUX_HUPCL,
    lineEnds: [LINUX_CC + 11, LINUX_CC + 16],
    none: 0,
  },
  // There the other settings of node-pty are the system's own defaults.
  darwin: {
    libraries: ["libSystem.dylib"],
    size: 80,
    inputOff: IXANY,
    control: 16,
    controlOff: 0,
    lineEnds: [],
    none: 0xff,
  },
};

const layout = LAYOUTS[Deno.build.os];
/** Opened before any command starts: the first lookup takes longer than a program may take to read its terminal's settings. */
const library = layout && open(layout.libraries);

function open(names: readonly string[]) {
  for (const name of names) {
    try {
      return Deno.dlopen(name, {
        tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
        tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
      }).symbols;
    } catch {
      // Another libc, or none that can be opened: the terminal stays unchanged.
    }
  }
}

/**
 * Sets the terminal of the PTY `fd` (the master side) to the usual settings. Call it immediately after the command's start, before the
 * command changes settings itself; other settings stay unchanged. Does nothing on other systems, or where the C library cannot be called.
 */
export function editAsTerminalsDo(fd: number): void {
  if (!layout || !library) return;
  const bytes = new Uint8Array(layout.size);
  const flags = new DataView(bytes.buffer);
  if (library.tcgetattr(fd, bytes) !== 0) return;
  flags.setUint32(0, flags.getUint32(0, true) & ~layout.inputOff | IUTF8, true);
  flags.setUint32(layout.control, flags.getUint32(layout.control, true) & ~layout.controlOff, true);
  for (const at of layout.lineEnds) bytes[at] = layout.none;
  library.tcsetattr(fd, TCSANOW, bytes);
}
