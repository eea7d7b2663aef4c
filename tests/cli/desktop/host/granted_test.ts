/** A viewer's grant that changes while it has the desktop open: on a real display, with the real host's side. */
import assert from "node:assert/strict";
import { loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { HostDesktop } from "../../../../cli/desktop/host/host_desktop.ts";
import { ByteReader } from "../../../../session/services/byte_reader.ts";
import { encodeDesktopHead } from "../../../../session/services/desktop/heads.ts";
import { readHostSays } from "../../../../session/services/desktop/show_messages.ts";
import { nextMessage } from "../../../../session/services/messages.ts";
import type { DesktopTaker } from "../../../../session/host/host_io.ts";
import type { Grant, Member } from "../../../../session/roster/grant.ts";
import type { HostService } from "../../../../session/host/viewer_streams.ts";
import { connectedRaw } from "../../../support/service_streams.ts";
import { deadline, pollAsync } from "../../../support/deadline.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { program, testWith } from "../../../support/needs.ts";
import { XServer, xvfb } from "../x11/x_server.ts";

const SOON = 10_000;
const ALL: Grant = new Set(["look", "type", "desktop"]);
const LOOK: Grant = new Set(["look"]);

/** Keys and buttons of one event. */
const BUTTON_DOWN = Uint8Array.of(2, 1, 0, 0, 50, 0, 50);

testWith(
  [xvfb, program("xev"), desktopPack],
  "who may not use the desktop any more is told so and holds nothing; who may again is told that too",
  async () => {
    await using server = await XServer.start();
    const display = await server.open();
    using capture = await display.capture({ kind: "all" });
    const own = { clipboard: "both", sound: undefined, recording: undefined, rtc: undefined } as const;
    await using desktop = new HostDesktop({
      ...{ display, capture, ffmpeg: await loadFfmpeg(packFolder()), encoders: ["libx264"] },
      ...{ fps: 30, bitrate: 4_000_000, preset: "text", ...own },
      terminal: false,
      ice: () => ({ iceServers: [], icePolicy: "all" }),
      log: () => {},
      used: () => {},
      went: () => {},
    });
    using _closing = { [Symbol.dispose]: () => display[Symbol.dispose]() };
    const ran = desktop.run();
    const member: Member = { peer: "viewer", name: "", grant: ALL };
    let taker: DesktopTaker | undefined;
    let granted = (_member: Member) => {};
    let taken: HostService | undefined;
    // The runtime's part in this, and nothing else of it.
    desktop.offerTo({
      shareDesktop: (it) => void (taker = it),
      serve: (_name, _verb, take) => void (taken = take),
      listen: (events) => {
        granted = (member) => events.granted?.(member);
        return () => {};
      },
    });
    const open = connectedRaw((stream, head) => taken!(stream, head, member));
    const show = open("desktop", encodeDesktopHead({ kind: "show" }));
    const reader = new ByteReader(show.readable);
    /** The settings that come next. */
    const settings = async () => {
      for (;;) {
        const said = readHostSays(await deadline(nextMessage(reader, 1024 * 1024), SOON, "a message"));
        if (said?.is === "settings") return said.value;
      }
    };
    assert.deepEqual([(await settings()).input, "both"], [true, "both"]);
    const xev = server.spawn("xev", "-geometry", "200x200+0+0", "-event", "button");
    await pollAsync(
      async () => {
        // A window that goes while the tree is read makes it fail: it is read again.
        const windows = await server.run("xwininfo", "-root", "-tree").catch(() => "");
        return windows.includes("Event Tester") || undefined;
      },
      SOON,
      "xev's window",
    );
    await taker!.events(member, BUTTON_DOWN);
    await xev.waitForOutput(/ButtonPress/, SOON);
    const before = performance.now();
    member.grant = LOOK;
    granted(member);
    await xev.waitForOutput(/ButtonRelease/, SOON);
    // Not by its silence alone, after 250 ms.
    assert.ok(performance.now() - before < 250, `${performance.now() - before} ms`);
    const less = await settings();
    assert.deepEqual([less.input, less.clipboard], [false, "none"]);
    member.grant = ALL;
    granted(member);
    const more = await settings();
    assert.deepEqual([more.input, more.clipboard], [true, "both"]);
    void ran;
  },
);
