/**
 * How the kernel edits what is typed into a new PTY: as in xterm, tmux and ssh on this system, which is the kernel's own default with
 * IUTF8. `node-pty` 1.1.0 starts one with the flags of 4.4BSD, and with IUTF8 only for output that it decodes itself.
 */

/** Where `struct termios` has its parts, and the flags to change; from `<termios.h>`. Input flags come first on both systems. */
interface Layout {
  readonly libraries: readonly string[];
  /** Bytes of the structure, rounded up. */
  readonly size: number;
  readonly inputOff: number;
  /** Byte offset of the control flags, and those to switch off. */
  readonly control: number;
  readonly controlOff: number;
  /** Byte offsets of the characters that end a line besides Enter, and their value for none. */
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
  // There the rest of what node-pty sets is the system's own default.
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
/** Opened before any command starts: the first look-up takes longer than a program may to read its terminal's settings. */
const library = layout && open(layout.libraries);

function open(names: readonly string[]) {
  for (const name of names) {
    try {
      return Deno.dlopen(name, {
        tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
        tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
      }).symbols;
    } catch {
      // Another libc, or none that can be opened: the terminal stays as it is.
    }
  }
}

/**
 * Sets the terminal behind the PTY `fd` (its master's side) as people's terminals are. To be called at once after the command's start, before it can have settings
 * of its own; what else it may have set already stays. Does nothing on other systems, or where the C library can't be called.
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
