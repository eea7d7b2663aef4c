import assert from "node:assert/strict";
import { invitation } from "../../../cli/host/announce.ts";

const printed = (road: string, code: string, own = code.includes("@")) => {
  const write = { code, url: `${road}/j/x` };
  return invitation({ road, write, view: write }, { passphrase: false, own, qr: false, cols: 80 });
};

Deno.test("invitation: says who can join, and who could read along", () => {
  const far = printed("https://road.example", "7kq2mx-river-lamp-ocean");
  assert.match(far, /A browser gets its page from https:\/\/road\.example: whoever runs that could\.\r\n$/);
  const near = printed("http://192.168.1.5:41234", "7kq2mx-river-lamp-ocean@192.168.1.5:41234");
  assert.match(
    near,
    /Only people on this machine's own network can join \(others: --road URL\)\./,
  );
  assert.match(near, /a browser gets its page over plain http, which can be altered on the way\.\r\n$/);
  const alone = printed("http://127.0.0.1:41234", "7kq2mx-river-lamp-ocean@127.0.0.1:41234");
  assert.match(alone, /This machine is on no network: only its own terminals and browsers can join\./);
});

Deno.test("invitation: a command that works wherever it is pasted", () => {
  const far = printed("https://road.example/beach", "7kq2mx-river-lamp-ocean");
  const near = printed("http://192.168.1.5:41234", "7kq2mx-river-lamp-ocean@192.168.1.5:41234");
  assert.equal(
    far.split("beach join 7kq2mx-river-lamp-ocean --road https://road.example/beach\r\n").length,
    3,
  );
  assert.equal(near.split("beach join 7kq2mx-river-lamp-ocean@192.168.1.5:41234\r\n").length, 3);
});
