import assert from "node:assert/strict";
import { packsFolder } from "../../../../cli/desktop/pack/packs_folder.ts";
import { desktopPack, PACK_NAME } from "../../../../cli/desktop/pack/pins.ts";
import { findRegistry } from "../../../../cli/desktop/pack/registry.ts";
import { TempDir } from "../../../support/temp_dir.ts";

Deno.test("registry: npm's own order of where it is configured", async () => {
  await using temp = await TempDir.create();
  const HOME = temp.path;
  assert.equal(await findRegistry({ HOME }), "https://registry.npmjs.org/");
  await temp.write({ ".npmrc": 'color=true\n registry = "http://mirror.example:4873/npm"\r\nfund=false\n' });
  assert.equal(await findRegistry({ HOME }), "http://mirror.example:4873/npm/");
  const NPM_CONFIG_REGISTRY = "https://two.example/";
  assert.equal(await findRegistry({ HOME, NPM_CONFIG_REGISTRY }), "https://two.example/");
  const npm_config_registry = "https://one.example";
  assert.equal(
    await findRegistry({ HOME, NPM_CONFIG_REGISTRY, npm_config_registry }),
    "https://one.example/",
  );
  await temp.write({ "other": "registry=https://other.example\n" });
  const npm_config_userconfig = temp.join("other");
  assert.equal(await findRegistry({ HOME, npm_config_userconfig }), "https://other.example/");
});

Deno.test("registry: what is no address is refused in one line", async () => {
  for (const npm_config_registry of ["registry.example", "file:///tmp", "${REGISTRY}"]) {
    await assert.rejects(
      findRegistry({ npm_config_registry }),
      /^Failure: The npm registry can't be used: .*wanted/,
    );
  }
});

Deno.test("pins: every system that Beach runs on has a pack; none is of the build that may not be handed on", () => {
  for (const os of ["linux", "darwin", "windows"]) {
    for (const arch of ["x86_64", "aarch64"]) {
      const pack = desktopPack({ os, arch })!;
      assert.match(pack.name, PACK_NAME);
      assert.equal(pack.packages.length, 2);
      for (const { name, version, integrity, bytes } of pack.packages) {
        assert.doesNotMatch(name, /msvc/);
        assert.equal(version, "6.1.1");
        assert.equal(atob(integrity.replace("sha512-", "")).length, 64);
        assert.ok(bytes < pack.unpacked);
      }
    }
  }
  assert.equal(desktopPack({ os: "freebsd", arch: "x86_64" }), undefined);
});

Deno.test("packs: their folder is where each system has such data", () => {
  assert.equal(packsFolder({ HOME: "/home/ann" }, "linux"), "/home/ann/.local/share/beach/packs");
  assert.equal(packsFolder({ HOME: "/home/ann", XDG_DATA_HOME: "/data" }, "linux"), "/data/beach/packs");
  assert.equal(
    packsFolder({ HOME: "/home/ann", XDG_DATA_HOME: "data" }, "linux"),
    "/home/ann/.local/share/beach/packs",
  );
  assert.equal(
    packsFolder({ HOME: "/Users/ann" }, "darwin"),
    "/Users/ann/Library/Application Support/beach/packs",
  );
  assert.throws(() => packsFolder({}, "linux"), /HOME is not set/);
});
