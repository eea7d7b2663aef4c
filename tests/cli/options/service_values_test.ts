import assert from "node:assert/strict";
import { forwardWord, localForward, nativeOffer, serveOffer } from "../../../cli/options/service_values.ts";
import { BadValue } from "../../../cli/options/values.ts";

/** Each text gives this value, or is refused with words that match. */
function reads(read: (text: string) => unknown, cases: Record<string, unknown>): void {
  for (const [text, wanted] of Object.entries(cases)) {
    if (!(wanted instanceof RegExp)) assert.deepEqual(read(text), wanted, text);
    else {
      assert.throws(() => read(text), (error) => {
        assert(error instanceof BadValue, text);
        assert.match(`${error.message} ${error.hint ?? ""}`, wanted);
        return true;
      });
    }
  }
}

Deno.test("--native: a name and a command, or the name of its program", () =>
  reads(nativeOffer, {
    "helper=python3 a.py --x=1": { kind: "native", name: "helper", command: "python3 a.py --x=1" },
    "/usr/lib/com.example.helper --quiet": {
      kind: "native",
      name: "com",
      command: "/usr/lib/com.example.helper --quiet",
    },
    "'/opt/my tools/run.sh'": { kind: "native", name: "run", command: "'/opt/my tools/run.sh'" },
    "": /NAME=COMMAND/,
    "x=": /NAME=COMMAND/,
    "$(evil)": /Give it a name/,
  }));

Deno.test("--serve: a whole origin, under a name or its address", () =>
  reads(serveOffer, {
    "http://127.0.0.1:11434": { kind: "http", name: "127.0.0.1:11434", origin: "http://127.0.0.1:11434" },
    "m=https://Models.internal/": { kind: "http", name: "m", origin: "https://models.internal" },
    "http://[::1]:3000": /Give it a name: NAME=http:\/\/\[::1\]:3000/,
    "x=http://[::1]:3000": { kind: "http", name: "x", origin: "http://[::1]:3000" },
    "http://a/b": /whole service can be offered: http:\/\/a/,
    "ftp://a": /URL of a service/,
    "11434": /URL of a service/,
    "localhost:3000": /Write http:\/\/localhost:3000/,
    "x=10.0.0.1:80": /Write http:\/\/10.0.0.1:80/,
  }));

Deno.test("--forward: a port of this machine, another's, all or none", () =>
  reads(forwardWord, {
    any: "any",
    none: "none",
    "5173": { host: "localhost", port: 5173 },
    "db.internal:5432": { host: "db.internal", port: 5432 },
    "[::1]:80": { host: "::1", port: 80 },
    "0": /PORT, HOST:PORT/,
    "70000": /PORT, HOST:PORT/,
    "http://a:1": /PORT, HOST:PORT/,
  }));

Deno.test("-L: as in ssh", () =>
  reads(localForward, {
    "8080:localhost:5173": { bind: "127.0.0.1", port: 8080, target: { host: "localhost", port: 5173 } },
    "0:[::1]:22": { bind: "127.0.0.1", port: 0, target: { host: "::1", port: 22 } },
    "*:1:a-b.c:2": { bind: "0.0.0.0", port: 1, target: { host: "a-b.c", port: 2 } },
    "[::1]:1:h:2": { bind: "::1", port: 1, target: { host: "h", port: 2 } },
    "8080": /Write 8080:localhost:8080/,
    "8080:5173": /Write 8080:localhost:5173/,
    "8080:localhost:0": /as in ssh/,
    "8080:*:1": /as in ssh/,
    "99999:a:1": /as in ssh/,
  }));
