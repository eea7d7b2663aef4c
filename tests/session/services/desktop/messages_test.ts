import assert from "node:assert/strict";
import fc from "fast-check";
import { DESKTOP, encodeDesktopHead, readDesktopHead } from "../../../../session/services/desktop/heads.ts";
import { MAX_CLIP, MAX_PICTURE, MAX_TILES } from "../../../../session/services/desktop/limits.ts";
import {
  encodePictureHead,
  type PictureHead,
  readPictureHead,
} from "../../../../session/services/desktop/picture_head.ts";
import { readHostSays } from "../../../../session/services/desktop/show_messages.ts";
import {
  readMediaMessage,
  readViewerSays,
  viewerSays,
} from "../../../../session/services/desktop/viewer_messages.ts";
import { encodeHead } from "../../../../session/services/service_stream.ts";
import { ServiceError } from "../../../../session/streams/service_error.ts";

const refuses = (act: () => unknown, code: string) =>
  assert.throws(act, (error) => error instanceof ServiceError && error.code === code);

/** One right message of each key, and values of it that are wrong. */
const HOST: readonly (readonly [key: string, right: unknown, ...wrong: unknown[]])[] = [
  [
    "screen",
    { width: 1280, height: 720, monitors: [{ name: "one", x: 0, y: 0, width: 1280, height: 720 }] },
    { width: 0, height: 720, monitors: [] },
    { width: 1280, height: 16_385, monitors: [] },
    { width: 1280.5, height: 720, monitors: [] },
    { width: 1280, height: 720 },
    { width: 1, height: 1, monitors: Array(17).fill({ name: "", x: 0, y: 0, width: 1, height: 1 }) },
    null,
  ],
  [
    "settings",
    {
      ...{ fps: 30, bitrate: 4_000_000, preset: "text", encoder: "libx264", encoders: ["libx264"] },
      ...{ audio: false, clipboard: "both", input: true },
    },
    { fps: 30 },
    {
      ...{ fps: 0, bitrate: 4_000_000, preset: "text", encoder: "libx264", encoders: ["libx264"] },
      ...{ audio: false, clipboard: "both", input: true },
    },
    {
      ...{ fps: 30, bitrate: 4_000_000, preset: "other", encoder: "x", encoders: [] },
      ...{ audio: false, clipboard: "both", input: true },
    },
  ],
  [
    "cursor",
    { id: 3, width: 24, height: 24, x: 1, y: 2, png: "iVBORw0KGgo=" },
    { id: 3, width: 257, height: 24, x: 1, y: 2, png: "iVBO" },
    { id: 3, png: "iVBO" },
    { id: 3, width: 24, height: 24, x: 1, y: 2, png: "not base64!" },
    {},
  ],
  ["pointer", [10, 20], [10], [10, -1], [1.5, 2], "10,20"],
  ["clock", { rtp: 4_294_967_295, at: 12.5 }, { rtp: 4_294_967_296, at: 1 }, { rtp: 1 }, { rtp: 1, at: NaN }],
  ["pong", { ping: 7, at: 1e6 }, { ping: -1, at: 1 }, 7],
  ["path", { how: "pictures", why: "no encoder" }, { how: "other", why: "" }, { how: "video" }, {
    how: "video",
    why: "x".repeat(257),
  }],
  [
    "numbers",
    { fps: 29.97, bitrate: 1e6, captureMs: 1, encodeMs: 2, queueMs: 0, lost: 0.01, rttMs: 3 },
    { fps: -1, bitrate: 1e6, captureMs: 1, encodeMs: 2, queueMs: 0, lost: 0, rttMs: 3 },
    { fps: 1 },
  ],
  ["clipboard", { id: 1, types: ["text/plain"] }, { id: 1, types: Array(17).fill("a/b") }, { types: [] }],
  ["typist", "Ada", 5],
  ["notice", "a line", null, "x".repeat(257)],
];

for (const [key, right, ...wrong] of HOST) {
  Deno.test(`what a host says of its desktop: ${key} as the page has it, nothing else`, () => {
    assert.deepEqual(readHostSays({ [key]: right, later: 1 }), { is: key, value: right });
    for (const value of wrong) refuses(() => readHostSays({ [key]: value }), "bad-answer");
  });
}

Deno.test("a pointer may be hidden, or one that was sent; nobody may use the desktop alone", () => {
  assert.deepEqual(readHostSays({ cursor: null }), { is: "cursor", value: null });
  assert.deepEqual(readHostSays({ cursor: { id: 4 } }), { is: "cursor", value: { id: 4 } });
  assert.deepEqual(readHostSays({ typist: null }), { is: "typist", value: null });
});

Deno.test("a message of a later version is passed over, what is no object is refused", () => {
  assert.equal(readHostSays({ weather: "fair" }), undefined);
  assert.equal(readHostSays({}), undefined);
  assert.equal(readHostSays(JSON.parse('{"__proto__": {"notice": "x"}}')), undefined);
  for (const value of [null, undefined, 1, "screen", [{ notice: "x" }]]) {
    refuses(() => readHostSays(value), "bad-answer");
  }
});

Deno.test("what a viewer says comes back as it was said, and is refused outside of its limits", () => {
  const want = { how: "automatic", width: 1280, height: 720, audio: false, visible: true } as const;
  const said = [
    { is: "want", value: want },
    { is: "set", value: { fps: 60 } },
    { is: "ping", value: 3 },
    { is: "age", value: { ms: 34.5, shown: 9, rtp: 90_000 } },
    { is: "keyframe", value: true },
  ] as const;
  for (const one of said) assert.deepEqual(readViewerSays(viewerSays(one)), one);
  for (
    const wrong of [
      { want: { ...want, how: "best" } },
      { want: { ...want, width: 0 } },
      { set: { fps: 1000 } },
      { set: { bitrate: 1 } },
      { ping: 1.5 },
      { age: { ms: -1, shown: 0, rtp: 0 } },
      { keyframe: false },
    ]
  ) refuses(() => readViewerSays(wrong), "bad-answer");
});

Deno.test("a negotiation's messages are bounded", () => {
  const offer = { offer: "v=0\r\n", policy: "all" } as const;
  assert.deepEqual(readMediaMessage("offer", offer), offer);
  assert.deepEqual(readMediaMessage("candidate", { candidate: "", mid: "0" }), { candidate: "", mid: "0" });
  refuses(() => readMediaMessage("offer", { ...offer, policy: "none" }), "bad-answer");
  refuses(() => readMediaMessage("answer", { answer: "" }), "bad-answer");
  refuses(() => readMediaMessage("candidate", { candidate: "x".repeat(513), mid: "0" }), "bad-answer");
  refuses(() => readMediaMessage("answer", undefined), "bad-answer");
});

Deno.test("heads: each kind, and what is none", () => {
  assert.equal(DESKTOP, "desktop");
  for (
    const head of [
      { kind: "show" },
      { kind: "media" },
      { kind: "pictures" },
      { kind: "clip", type: "text/plain", size: MAX_CLIP },
      { kind: "clip-get", id: 1, type: "image/png" },
    ] as const
  ) assert.deepEqual(readDesktopHead(encodeDesktopHead(head)), head);
  for (
    const wrong of [
      {},
      { kind: "other" },
      { kind: "clip", type: "text/html", size: 1 },
      { kind: "clip", type: "text/plain", size: MAX_CLIP + 1 },
      { kind: "clip-get", type: "image/png" },
    ]
  ) refuses(() => readDesktopHead(encodeHead(wrong)), "head");
});

const picture: PictureHead = { number: 1, at: 5, width: 100, height: 50, tiles: [[0, 0, 100, 50, 900]] };

Deno.test("the head of a picture: tiles within the desktop, few enough, together small enough", () => {
  const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes.subarray(4)));
  assert.deepEqual(readPictureHead(json(encodePictureHead(picture))), picture);
  const wrong: readonly Partial<Record<keyof PictureHead, unknown>>[] = [
    { tiles: [] },
    { tiles: [[0, 0, 101, 50, 1]] },
    { tiles: [[1, 0, 100, 50, 1]] },
    { tiles: [[0, 0, 0, 50, 1]] },
    { tiles: [[0, 0, 1, 1, 0]] },
    { tiles: [[0, 0, 1, 1, MAX_PICTURE], [0, 0, 1, 1, 1]] },
    { tiles: Array(MAX_TILES + 1).fill([0, 0, 1, 1, 1]) },
    { tiles: [[0, 0, 1, 1]] },
    { tiles: [[0, 0, 1, 1, 1, 1]] },
    { number: 0 },
    { at: Infinity },
    { width: 20_000 },
  ];
  for (const change of wrong) {
    refuses(() => readPictureHead({ ...picture, ...change }), "bad-answer");
    assert.throws(() => encodePictureHead({ ...picture, ...change } as PictureHead));
  }
});

Deno.test("whatever JSON comes, reading it ends with a value or a ServiceError", () => {
  const keys = [...HOST.map(([key]) => key), "want", "set", "ping", "age", "keyframe", "number", "tiles"];
  const value = fc.object({ key: fc.constantFrom(...keys, "width", "id", "png", "at"), maxDepth: 3 });
  fc.assert(fc.property(value, (value) => {
    for (const read of [readHostSays, readViewerSays, readPictureHead]) {
      try {
        read(value);
      } catch (error) {
        assert.ok(error instanceof ServiceError, String(error));
      }
    }
  }));
});
