/** The first output of a host: the join code for people, or one line of JSON for scripts. */
import type { HostReady } from "../report/events.ts";
import type { HostPeering, Invitation } from "./host_peering.ts";
import { ALONE } from "../network/lan.ts";
import { ownCommand } from "../process/own_command.ts";
import { qrLines } from "../terminal/qr.ts";
import { shellWord } from "../../session/vt/shell_word.ts";

/** The first line of `beach host --headless --json`. `code` allows typing, or is null with `--view-only`. */
export function announcement({ session, write, view, road }: HostPeering): HostReady {
  return { session, code: write?.code ?? null, url: (write ?? view).url, road, view_code: view.code };
}

export interface InvitationOptions {
  /** Whether the secret is a passphrase, which the code does not contain. */
  readonly passphrase: boolean;
  /** Whether the host runs the road itself. */
  readonly own: boolean;
  readonly qr: boolean;
  /** The width that a QR code may take, in cells. */
  readonly cols: number;
}

/** The command that joins. It works unchanged in any terminal: a code names the road's address only if the road is the host's own. */
function joinCommand({ code }: Invitation, road: string): string {
  const beach = ownCommand(Deno.env.toObject(), Deno.build.standalone, Deno.version.deno);
  return `${beach} join ${shellWord(code)}${code.includes("@") ? "" : ` --road ${shellWord(road)}`}`;
}

/** A few lines for a person. */
export function invitation(
  door: Pick<HostPeering, "road" | "write" | "view">,
  { passphrase, own, qr, cols }: InvitationOptions,
): string {
  const main = door.write ?? door.view;
  const join = (invitation: Invitation) => joinCommand(invitation, door.road);
  const lines = [
    `Join from another terminal:  ${join(main)}${passphrase ? "  (and the passphrase)" : ""}`,
    `or in a browser:             ${main.url}`,
  ];
  if (door.write) lines.push(`To let someone only watch:   ${join(door.view)}`);
  lines.push(who(door.road, own));
  if (qr) lines.push(...qrLines(main.url, cols) ?? ["(The window is too narrow for a QR code.)"]);
  return lines.map((line) => line + "\r\n").join("");
}

/** Who can join, and who could read the traffic. */
function who(road: string, own: boolean): string {
  if (!own) {
    const others = road.startsWith("https:") ? "" : ", or alters plain http on its way,";
    return `Between terminals nobody can read along. A browser gets its page from ${road}: whoever runs that${others} could.`;
  }
  const reach = new URL(road).hostname === ALONE
    ? "This machine is on no network: only its own terminals and browsers can join."
    : "Only people on this machine's own network can join (others: --road URL).";
  return `${reach} Between terminals nobody can read along; a browser gets its page over plain http, which can be altered on the way.`;
}
