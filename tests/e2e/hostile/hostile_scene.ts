/** What tests against hostile ends share: a viewer whose streams a test drives itself, what a process costs, and how streams end. */
import assert from "node:assert/strict";
import { parse } from "../../../cli/options/options.ts";
import { ServicesJoin } from "../../../cli/join/services_join.ts";
import { complete } from "../../../cli/join/join_secret.ts";
import type { CallOptions } from "../../../cli/options/invocation.ts";
import type { OpenStream, ServiceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { deadline } from "../../support/deadline.ts";
import { START } from "../scene.ts";

export const MB = 1024 * 1024;
/** What a test resets streams with. */
export const CANCELLED = new ServiceError("cancelled", "");

/** Joins the host of `code` from this process, through the road's relay. */
export async function viewerOf(code: string): Promise<ServicesJoin> {
  const { options } = parse(["call", "--force-websocket", code, "1"], {}) as unknown as {
    options: CallOptions;
  };
  const { signal } = new AbortController();
  const logs = { log: () => {}, debugging: false, screen: () => {}, [Symbol.dispose]: () => {} };
  return await ServicesJoin.open(await complete(options, signal), logs, () => {}, signal);
}

/** The code that `stream` is reset with; reads nothing. */
export function codeOf({ signal }: ServiceStream, ms = START, what = "a reset"): Promise<string> {
  const over = new Promise<string>((resolve) => {
    if (signal.aborted) resolve(signal.reason.code);
    else signal.addEventListener("abort", () => resolve(signal.reason.code));
  });
  return deadline(over, ms, what);
}

/** Opens a stream as soon as there may be one more: a stream that was reset counts until the host says that it knows. */
export async function opened(open: OpenStream, service: string, head: Uint8Array): Promise<ServiceStream> {
  for (;;) {
    try {
      return open(service, head);
    } catch (error) {
      assert.equal((error as ServiceError).code, "busy");
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

/** Asserts that `what` fails with a {@link ServiceError} of one of `codes`, and soon. */
export async function refused(what: Promise<unknown>, codes: readonly string[], name: string): Promise<void> {
  await assert.rejects(deadline(what, START, name), (error) => {
    assert.ok(error instanceof ServiceError, `${name}: ${error}`);
    assert.ok(codes.includes(error.code), `${name}: ${error.code}: ${error.message}`);
    assert.match(error.message, /^[^\n]+$/, name);
    return true;
  });
}

/** proc_pid_status(5): `VmRSS`, `VmHWM`; bytes. */
function status(pid: number, field: string): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)![1]) * 1024;
}

/** proc_pid_stat(5): utime and stime, in ticks of 10 ms; ms. */
function cpuOf(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a process costs from here on. */
export interface Cost {
  /** How much more memory it had at the most than at the begin, MB. */
  memory: number;
  /** Its time on the cores, all threads, ms. */
  cpu: number;
}

/** Begins to measure `pid`, a process of ours on Linux; what it returns tells the cost so far. */
export function costOf(pid: number): () => Cost {
  // proc_pid_clear_refs(5): the peak begins anew.
  Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = { memory: status(pid, "VmRSS"), cpu: cpuOf(pid) };
  return () => ({
    memory: (status(pid, "VmHWM") - before.memory) / MB,
    cpu: cpuOf(pid) - before.cpu,
  });
}
