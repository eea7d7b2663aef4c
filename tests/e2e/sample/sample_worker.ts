import xterm from "@xterm/headless";

const emulator = new xterm.Terminal({ allowProposedApi: true });
emulator.write("parsed in a worker", () => {
  (self as unknown as { postMessage(value: unknown): void }).postMessage(
    emulator.buffer.active.getLine(0)?.translateToString(true),
  );
});
