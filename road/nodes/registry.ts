/** The state of sessions and nodes in Redis; `README.md` has the table. Each method is one script, so two nodes never both win. */
import { Buffer } from "node:buffer";

/** Runs a script whose arguments are all values. */
export type Run = (script: string, args: readonly string[]) => Promise<unknown>;

/** Where a session is. `fresh`: unknown before, it is ours now. `mine`: it is ours, perhaps since now. `wait`: its node may come back. */
export type Place =
  | { readonly at: "nowhere" | "fresh" | "wait" }
  | { readonly at: "mine"; readonly tokenHash: Uint8Array }
  | { readonly at: "node"; readonly node: string };

/** A node without a heartbeat for so long is gone, in ms: three lost beats. */
export const LEASE = 5_000;
/** The shortest time that a session is kept after its node is gone, in ms: by then a host has noticed that its socket is dead. */
const LEAST_TTL = 180_000;
/** Sessions per script: it occupies Redis for a few ms. */
const CHUNK = 500;

const OPEN = `
if redis.call('EXISTS', 'beach:s:'..ARGV[1]) == 1 then return 0 end
redis.call('HSET', 'beach:s:'..ARGV[1], 'node', ARGV[2], 'token', ARGV[3])
redis.call('PEXPIRE', 'beach:s:'..ARGV[1], ARGV[4])
return 1`;

const PLACE = `
local key = 'beach:s:'..ARGV[1]
local v = redis.call('HMGET', key, 'node', 'token')
if not v[1] then
  if ARGV[3] == '' then return {'nowhere'} end
  redis.call('HSET', key, 'node', ARGV[2], 'token', ARGV[3])
  redis.call('PEXPIRE', key, ARGV[4])
  return {'fresh'}
end
if v[1] ~= '' and v[1] ~= ARGV[2] and v[1] ~= ARGV[5] then
  if redis.call('EXISTS', 'beach:n:'..v[1]) == 1 then return {'node', v[1]} end
  if ARGV[6] == '0' then return {'wait'} end
end
redis.call('HSET', key, 'node', ARGV[2])
redis.call('PEXPIRE', key, ARGV[4])
return {'mine', v[2]}`;

const KEEP = `
local lost = {}
for i = 3, #ARGV, 2 do
  local key = 'beach:s:'..ARGV[i]
  local node = redis.call('HGET', key, 'node')
  if node and node ~= '' and node ~= ARGV[1] and redis.call('EXISTS', 'beach:n:'..node) == 1 then
    lost[#lost + 1] = ARGV[i]
  else
    redis.call('HSET', key, 'node', ARGV[1], 'token', ARGV[i + 1])
    redis.call('PEXPIRE', key, ARGV[2])
  end
end
return lost`;

const RELEASE = `
for i = 3, #ARGV do
  local key = 'beach:s:'..ARGV[i]
  if redis.call('HGET', key, 'node') == ARGV[1] then
    redis.call('HSET', key, 'node', '')
    redis.call('PEXPIRE', key, ARGV[2])
  end
end`;

const END = `
if redis.call('HGET', 'beach:s:'..ARGV[2], 'node') == ARGV[1] then redis.call('DEL', 'beach:s:'..ARGV[2]) end`;

const BEAT = `
redis.call('SET', 'beach:n:'..ARGV[1], ARGV[2], 'PX', ARGV[3])
redis.call('SADD', 'beach:nodes', ARGV[1])
local live = {}
for _, node in ipairs(redis.call('SMEMBERS', 'beach:nodes')) do
  local count = redis.call('GET', 'beach:n:'..node)
  if count then
    live[#live + 1] = node
    live[#live + 1] = count
  else
    redis.call('SREM', 'beach:nodes', node)
  end
end
return live`;

const REST = `
redis.call('DEL', 'beach:n:'..ARGV[1])
redis.call('SREM', 'beach:nodes', ARGV[1])`;

/** The scripts that read and write this state. */
export class Registry {
  readonly #ttl: string;

  /** `sessionTtl`: how long a session waits for its host, in ms. */
  constructor(readonly run: Run, readonly node: string, sessionTtl: number) {
    this.#ttl = String(Math.max(sessionTtl, LEAST_TTL));
  }

  /** Registers a new session; false if the id is in use. */
  async open(id: string, tokenHash: Uint8Array): Promise<boolean> {
    return Number(await this.run(OPEN, [id, this.node, text(tokenHash), this.#ttl])) === 1;
  }

  /**
   * Finds a session, and takes it over if no node holds it; with `claim` (a token's hash) also an unknown one. `dead` is a node that did
   * not receive our message; `takeOver` says whether a node without a lease counts as gone.
   */
  async place(id: string, claim: Uint8Array | null, dead: string, takeOver: boolean): Promise<Place> {
    const hash = claim === null ? "" : text(claim);
    const args = [id, this.node, hash, this.#ttl, dead, takeOver ? "1" : "0"];
    const [at, value] = (await this.run(PLACE, args) as unknown[]).map(String);
    switch (at) {
      case "node":
        return { at, node: value! };
      case "mine":
        return { at, tokenHash: Buffer.from(value!, "base64url") };
      case "nowhere":
      case "fresh":
      case "wait":
        return { at };
      default:
        throw new Error(`Redis answered ${at} where a place was asked for`);
    }
  }

  /** Renews this node's sessions, or registers them again. Returns those that another node holds now. */
  async keep(sessions: readonly (readonly [id: string, tokenHash: Uint8Array])[]): Promise<string[]> {
    const lost: string[] = [];
    for (let at = 0; at < sessions.length; at += CHUNK) {
      const pairs = sessions.slice(at, at + CHUNK).flatMap(([id, hash]) => [id, text(hash)]);
      lost.push(...(await this.run(KEEP, [this.node, this.#ttl, ...pairs]) as unknown[]).map(String));
    }
    return lost;
  }

  /** Gives sessions up: the next node that is asked for one takes it. */
  async release(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += CHUNK) {
      await this.run(RELEASE, [this.node, this.#ttl, ...ids.slice(at, at + CHUNK)]);
    }
  }

  /** Removes a session that has ended. */
  async end(id: string): Promise<void> {
    await this.run(END, [this.node, id]);
  }

  /** Renews this node's lease with its number of sessions. Returns the number of each live node. */
  async beat(sessions: number): Promise<Map<string, number>> {
    const flat = (await this.run(BEAT, [this.node, String(sessions), String(LEASE)]) as unknown[]).map(
      String,
    );
    const live = new Map<string, number>();
    for (let i = 0; i < flat.length; i += 2) live.set(flat[i]!, Number(flat[i + 1]));
    return live;
  }

  /** Removes this node's lease. */
  async rest(): Promise<void> {
    await this.run(REST, [this.node]);
  }
}

function text(hash: Uint8Array): string {
  return Buffer.from(hash).toString("base64url");
}
