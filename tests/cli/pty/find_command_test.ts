import assert from "node:assert/strict";
import { defaultShell } from "../../../cli/pty/find_command.ts";

Deno.test("where no command is given, the person's shell is shared: $SHELL, on Windows %ComSpec%, else the system's own", () => {
  assert.equal(defaultShell({ SHELL: "/usr/bin/fish" }, "linux"), "/usr/bin/fish");
  assert.equal(defaultShell({ SHELL: "" }, "darwin"), "/bin/sh");
  assert.equal(defaultShell({}, "linux"), "/bin/sh");
  const comspec = "C:\\Windows\\system32\\cmd.exe";
  assert.equal(defaultShell({ ComSpec: comspec, SHELL: "/usr/bin/bash" }, "windows"), comspec);
  assert.equal(defaultShell({ COMSPEC: comspec }, "windows"), comspec);
  assert.equal(defaultShell({ SHELL: "/usr/bin/bash" }, "windows"), "cmd.exe");
});
