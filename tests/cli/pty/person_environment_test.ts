import assert from "node:assert/strict";
import { ownCommand } from "../../../cli/process/own_command.ts";
import { personEnvironment, withoutRunners } from "../../../cli/pty/person_environment.ts";

Deno.test("person's environment: an executable's, and that of a plain start, is taken as it is", () => {
  const script = { INIT_CWD: "/x", npm_lifecycle_event: "share", PATH: "/x/node_modules/.bin:/bin" };
  assert.equal(personEnvironment(script, true), script);
  const plain = { npm_config_registry: "https://mine.example", PATH: "/bin" };
  assert.equal(personEnvironment(plain, false), plain);
});

Deno.test("person's environment: where the system does not tell it, what npm and tasks add is taken out", () => {
  const npm = {
    npm_execpath: "/usr/lib/npm-cli.js",
    npm_node_execpath: "/usr/bin/node",
    npm_config_prefix: "/usr",
    INIT_CWD: "/x",
    NODE: "/usr/bin/node",
    COLOR: "1",
    EDITOR: "vi",
    PATH:
      "/r/_npx/7a/node_modules/.bin:/node_modules/.bin:/l/@npmcli/run-script/lib/node-gyp-bin:/bin:/my/node_modules/.bin",
  };
  const own = { HOME: "/home/me", PATH: "/bin:/my/node_modules/.bin" };
  assert.deepEqual(withoutRunners({ ...npm, HOME: "/home/me" }, undefined, false), own);
  // What the person said stays, where it can be told from what npm says.
  const said = { ...own, VISUAL: "code -w", EDITOR: "nano", NODE: "/my/node" };
  assert.deepEqual(withoutRunners({ ...npm, ...said, PATH: npm.PATH }, undefined, false), said);
  assert.deepEqual(
    withoutRunners({ ...npm, VISUAL: "code -w", EDITOR: "code -w", PATH: "/bin" }, undefined, false),
    { VISUAL: "code -w", PATH: "/bin" },
  );
  const windows = {
    ...npm,
    EDITOR: "notepad.exe",
    PATH: "",
    Path: "C:\\x\\node_modules\\.bin;C:\\Windows;D:\\",
  };
  assert.deepEqual(withoutRunners(windows, undefined, true), { PATH: "", Path: "C:\\Windows;D:\\" });
  // A task alone sets two variables.
  const task = {
    INIT_CWD: "/x",
    npm_config_user_agent: "deno/2.9.6",
    COLOR: "1",
    EDITOR: "vi",
    NODE: "/my/node",
  };
  assert.deepEqual(withoutRunners(task, undefined, false), { COLOR: "1", EDITOR: "vi", NODE: "/my/node" });
});

Deno.test("person's environment: what stood there before comes back, and what was set on the way stays", () => {
  const before = { npm_config_mine: "x", EDITOR: "vi", PATH: "/my/node_modules/.bin:/bin", PS1: "> " };
  const own = {
    npm_execpath: "/n",
    npm_config_mine: "y",
    INIT_CWD: "/x",
    EDITOR: "vi",
    COLOR: "1",
    PATH: `/r/node_modules/.bin:${before.PATH}`,
    PS1: "$ ",
    SET: "on the way",
  };
  assert.deepEqual(withoutRunners(own, before, false), { ...before, PS1: "$ ", SET: "on the way" });
  const path = `/set/on/the/way:${own.PATH}`;
  assert.equal(withoutRunners({ ...own, PATH: path }, before, false).PATH, path);
});

Deno.test("own command: as Beach was started", () => {
  const npx = { npm_command: "exec", npm_lifecycle_script: "'deno' 'task' 'beach' 'host'", INIT_CWD: "/x" };
  assert.equal(ownCommand(npx, false, "2.9.6"), "npx -y deno@2.9.6 task beach");
  assert.equal(ownCommand({ ...npx, npm_lifecycle_script: "some-agent" }, false, "2.9.6"), "deno task beach");
  assert.equal(
    ownCommand({ npm_command: "run-script", npm_lifecycle_script: "deno task x" }, false, "2.9.6"),
    "deno task beach",
  );
  assert.equal(ownCommand({}, false, "2.9.6"), "deno task beach");
  assert.equal(ownCommand(npx, true, "2.9.6"), "beach");
});
