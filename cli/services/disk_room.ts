/** Whether a disk has room for a file: said before its bytes come, and in the same words when they come and don't fit. */
import { statfs } from "node:fs/promises";
import { ServiceError } from "../../session/streams/service_error.ts";
import { sizeText } from "../../session/services/size_text.ts";

/** Whose disk it is, as the person at the viewer reads it. */
export type Whose = "the host's" | "this machine's";

/** Smaller files are tried: to ask for each of many takes time. Bytes. */
const ASKED_FROM = 1024 * 1024;

/**
 * @param name of the file, for the message
 * @throws {ServiceError} `no-room` if `bytes` more don't fit into `folder`; a system that does not say is believed to have room
 */
export async function needRoom(folder: string, name: string, bytes: number, whose: Whose): Promise<void> {
  if (bytes < ASKED_FROM) return;
  const room = await statfs(folder).then(({ bavail, bsize }) => bavail * bsize, () => Infinity);
  if (bytes <= room) return;
  const needs = `${name} needs ${sizeText(bytes)}`;
  throw new ServiceError("no-room", `${needs}, and ${whose} disk has room for ${sizeText(room)}`);
}

/** Whether the system said that its disk, or somebody's share of it, is full. */
export function isFull(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "ENOSPC" || code === "EDQUOT";
}

/** `no-room`, in words. */
export function fullDisk(whose: Whose): ServiceError {
  return new ServiceError("no-room", `${whose} disk is full`);
}
