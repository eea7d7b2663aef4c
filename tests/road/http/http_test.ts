import assert from "node:assert/strict";
import { Client, party, withRoad } from "../client.ts";

Deno.test("health, unknown addresses, other methods, and headers on every answer", () =>
  withRoad({}, async (road) => {
    const health = await fetch(`${road.url}/healthz`);
    assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
    assert.equal(health.headers.get("x-content-type-options"), "nosniff");
    assert.equal(health.headers.get("referrer-policy"), "no-referrer");
    assert.match(health.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    for (const path of ["/", "/nothing", "/j/NOT", "/j", "/ws", "/debug/sessions", "/%ff", "//x/y"]) {
      const answer = await fetch(road.url + path);
      assert.equal(answer.status, 404, path);
      assert.equal((await answer.json()).error.code, "not_found");
    }
    const post = await fetch(`${road.url}/healthz`, { method: "POST", body: "x" });
    assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
    await post.body?.cancel();
    const head = await fetch(`${road.url}/healthz`, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  }));

Deno.test("metrics count what happened", () =>
  withRoad({}, async (road) => {
    const { host, viewer, peer } = await party(road);
    host.signal(peer, "offer", 1);
    await viewer.next("signal");
    viewer.signal("host", "answer", 1);
    viewer.signal("host", "answer", 1);
    await viewer.refused("out_of_order");
    viewer.send({ type: "state", peer: "host", state: "connected" });
    await host.next("state", (m) => m.state === "connected");
    for (const scrape of [1, 2]) {
      const answer = await fetch(`${road.url}/metrics`);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
      const text = await answer.text();
      for (
        const line of [
          "beach_sessions 1",
          "beach_hosts 1",
          "beach_viewers 1",
          'beach_joins_total{role="host",result="ok"} 1',
          'beach_joins_total{role="viewer",result="ok"} 1',
          'beach_signals_total{kind="offer",result="passed"} 1',
          'beach_signals_total{kind="answer",result="out_of_order"} 1',
          'beach_negotiations_total{state="connected"} 1',
          'beach_errors_total{code="out_of_order"} 1',
          "beach_negotiation_seconds_count 1",
        ]
      ) {
        assert.ok(text.includes(line + "\n"), `${line} is missing in scrape ${scrape}`);
      }
    }
  }));

Deno.test("the operator's view needs the admin token", () =>
  withRoad({ adminToken: "let me see" }, async (road) => {
    const { session, peer, host, viewer } = await party(road);
    const ask = (authorization?: string) =>
      fetch(`${road.url}/debug/sessions`, { headers: authorization === undefined ? {} : { authorization } });
    for (const wrong of [undefined, "Bearer let me", "Basic let me see", "Bearer "]) {
      const answer = await ask(wrong);
      assert.equal(answer.status, 401);
      await answer.body?.cancel();
    }
    host.signal(peer, "offer", 1, "U0RQ");
    await viewer.next("signal");
    const text = await (await ask("Bearer let me see")).text();
    const [seen] = JSON.parse(text);
    assert.equal(seen.session, session);
    assert.equal(seen.viewers[0].peer, peer);
    assert.equal(seen.viewers[0].state, "offer");
    assert.ok(seen.viewers[0].times.offer >= seen.openedAt);
    for (const secret of ["U0RQ", host.welcome.token, viewer.welcome.token]) {
      assert.ok(!text.includes(secret));
    }
  }));

Deno.test("without a web viewer the page says what to run", () =>
  withRoad({ publicUrl: "https://road.example" }, async (road) => {
    const answer = await fetch(`http://127.0.0.1:${road.addr.port}/j/7kq2mx`);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(await answer.text(), /beach join 'https:\/\/road\.example\/j\/7kq2mx#/);
  }));

Deno.test("the web viewer's files are served, with 304 for what the browser has", async () => {
  const assets = new Map([
    ["/j", { body: "<!doctype html>viewer", type: "text/html; charset=utf-8", etag: '"a"' }],
    ["/viewer.js", { body: new Uint8Array([1, 2, 3]), type: "text/javascript", etag: '"b"' }],
  ]);
  await withRoad({ assets }, async (road) => {
    const page = await fetch(`${road.url}/j/7kq2mx`);
    assert.equal(await page.text(), "<!doctype html>viewer");
    assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'self'/);
    const script = await fetch(`${road.url}/viewer.js`);
    assert.deepEqual(new Uint8Array(await script.arrayBuffer()), new Uint8Array([1, 2, 3]));
    for (const tag of ['"b"', 'W/"b"', '"x", "b"']) {
      const again = await fetch(`${road.url}/viewer.js`, { headers: { "if-none-match": tag } });
      assert.deepEqual([again.status, await again.text()], [304, ""]);
    }
    const changed = await fetch(`${road.url}/viewer.js`, { headers: { "if-none-match": '"a"' } });
    assert.equal(changed.status, 200);
    await changed.body?.cancel();
    assert.equal((await fetch(`${road.url}/j`).then((r) => (r.body?.cancel(), r))).status, 404);
  });
});

Deno.test("addresses are logged only when asked for", async () => {
  for (const logAddresses of [false, true]) {
    await withRoad({ logAddresses }, async (road, events) => {
      await Client.join(road, "new", "host");
      const joined = events.find((event) => event.event === "joined");
      assert.equal(joined?.address, logAddresses ? "127.0.0.1" : undefined);
    });
  }
});

Deno.test("TLS: https and wss with the given certificate", async () => {
  const folder = await Deno.makeTempDir({ prefix: "beach-tls-" });
  try {
    const made = await new Deno.Command("openssl", {
      args: "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        .split(" ")
        .concat(
          "-addext",
          "basicConstraints=critical,CA:FALSE",
          "-addext",
          "subjectAltName=DNS:localhost,IP:127.0.0.1",
        )
        .concat("-keyout", `${folder}/key`, "-out", `${folder}/cert`),
      stderr: "null",
    }).output();
    assert.ok(made.success);
    const tls = {
      cert: await Deno.readTextFile(`${folder}/cert`),
      key: await Deno.readTextFile(`${folder}/key`),
    };
    await withRoad({ tls, hostname: "127.0.0.1" }, async (road) => {
      assert.match(road.url, /^https:/);
      using client = Deno.createHttpClient({ caCerts: [tls.cert] });
      const health = await fetch(`${road.url}/healthz`, { client } as RequestInit);
      assert.equal(await health.text(), "ok\n");
      const options = { protocols: ["beach.road.1"], client } as unknown as string;
      const ws = new WebSocket(`${road.url.replace("https", "wss")}/ws/new`, options);
      const answer = new Promise<string>((resolve, reject) => {
        ws.onopen = () => ws.send(JSON.stringify({ type: "join", version: 1, role: "host" }));
        ws.onmessage = ({ data }) => resolve(data);
        ws.onerror = () => reject(new Error("no socket"));
      });
      assert.equal(JSON.parse(await answer).type, "join_success");
      await new Promise((resolve) => {
        ws.onclose = resolve;
        ws.close();
      });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
