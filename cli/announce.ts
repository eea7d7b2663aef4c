/** What a host says first: the join code for people, or one line of JSON for scripts. */
import type { HostReady } from "./events.ts";
import type { Door } from "./host_door.ts";
import { qrLines } from "./qr.ts";

/** The first line of `beach host --headless --json`. `code` lets its user type, or is null with `--view-only`. */
export function announcement({ session, write, view, road }: Door): HostReady {
  return { session, code: write?.code ?? null, url: (write ?? view).url, road, view_code: view.code };
}

export interface InvitationOptions {
  /** Whether the secret is a passphrase, which the code does not hold. */
  readonly passphrase: boolean;
  readonly qr: boolean;
  /** The width that a QR code may take, in cells. */
  readonly cols: number;
}

/** A few lines for a person. */
export function invitation(door: Door, { passphrase, qr, cols }: InvitationOptions): string {
  const main = door.write ?? door.view;
  const lines = [
    `Join from another terminal:  beach join ${main.code}${passphrase ? "  (and the passphrase)" : ""}`,
    `or in a browser:             ${main.url}`,
  ];
  if (door.write) lines.push(`To let someone only watch:   beach join ${door.view.code}`);
  if (qr) lines.push(...qrLines(main.url, cols) ?? ["(The window is too narrow for a QR code.)"]);
  return lines.map((line) => line + "\r\n").join("");
}
