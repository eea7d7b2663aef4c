import assert from "node:assert/strict";
import { type Permission, Permissions, type Wish } from "../../../cli/services/permissions.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";

const STAYS = new AbortController().signal;
const wish = (what: string, peer = "ada", kind: Wish["kind"] = "forward") => ({
  peer,
  kind,
  what,
  short: what,
});

/** A person whose answers are given one by one; what is asked meanwhile stands in `asked`. */
function person() {
  const asked: { readonly wish: Wish; answer(permission: Permission): void }[] = [];
  const permissions = new Permissions((wish, gone) => {
    const { promise, resolve } = Promise.withResolvers<Permission>();
    asked.push({ wish, answer: resolve });
    gone.addEventListener("abort", () => resolve("gone"));
    return promise;
  });
  return { permissions, asked };
}

async function denied(what: Promise<void>): Promise<void> {
  await assert.rejects(what, (error) => error instanceof ServiceError && error.code === "denied");
}

Deno.test("permissions: one question for all who want the same; the answer stands, a no too", async () => {
  const { permissions, asked } = person();
  const both = [permissions.ask(wish("a"), STAYS), permissions.ask(wish("a"), STAYS)];
  assert.equal(asked.length, 1);
  asked[0]!.answer("once");
  await Promise.all(both);
  await permissions.ask(wish("a"), STAYS);
  const refused = permissions.ask(wish("b"), STAYS);
  asked[1]!.answer("no");
  await denied(refused);
  await denied(permissions.ask(wish("b"), STAYS));
  assert.equal(asked.length, 2);
});

Deno.test("permissions: always is for one viewer and one kind, and goes with the viewer", async () => {
  const { permissions, asked } = person();
  const first = permissions.ask(wish("a"), STAYS);
  asked[0]!.answer("always");
  await first;
  await permissions.ask(wish("c"), STAYS);
  void permissions.ask(wish("c", "eve"), STAYS);
  void permissions.ask(wish("c", "ada", "files"), STAYS);
  permissions.forget("ada");
  void permissions.ask(wish("a"), STAYS);
  assert.deepEqual(asked.map(({ wish }) => [wish.peer, wish.kind, wish.what]), [
    ["ada", "forward", "a"],
    ["eve", "forward", "c"],
    ["ada", "files", "c"],
    ["ada", "forward", "a"],
  ]);
});

Deno.test("permissions: a question whose viewer went away is no answer; who still waits asks again", async () => {
  const { permissions, asked } = person();
  const leaving = new AbortController();
  const left = permissions.ask(wish("a"), leaving.signal);
  const waits = permissions.ask(wish("a"), STAYS);
  leaving.abort(new ServiceError("gone", "left"));
  await assert.rejects(left, /left/);
  assert.equal(asked.length, 2);
  asked[1]!.answer("once");
  await waits;
});

Deno.test("permissions: where nobody is, the answer is no", async () => {
  await denied(new Permissions(undefined).ask(wish("a"), STAYS));
});
