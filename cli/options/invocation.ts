/** What the person asked for: a command with its options. */
import type {
  checkCall,
  checkCopy,
  checkDesktop,
  checkDoctor,
  checkHost,
  checkJoin,
  checkPeer,
  checkRoad,
  checkSharedDesktop,
} from "./options_check.ts";
import type { Values } from "./flags.ts";
import type { checkControl, CONTROL_FLAGS } from "./options_control.ts";
import type { AUDIT_FLAGS, PLAY_FLAGS, Shell } from "./options_records.ts";
import type { SERVICE_FLAGS } from "./options_services.ts";

/** The one-line warning that a command prints before anything else. */
interface Warned {
  readonly warning: string | undefined;
}

export type HostOptions =
  & ReturnType<typeof checkHost>
  & Values<typeof SERVICE_FLAGS>
  & ReturnType<typeof checkSharedDesktop>
  & Warned;
/** What every command that joins a session has. */
export type PeerOptions = ReturnType<typeof checkPeer> & Warned;
export type JoinOptions = ReturnType<typeof checkJoin> & Warned;
export type CallOptions = ReturnType<typeof checkCall> & Warned;
export type CopyOptions = ReturnType<typeof checkCopy> & Warned;
export type RoadOptions = ReturnType<typeof checkRoad> & Warned;
export type DesktopOptions = ReturnType<typeof checkDesktop> & Warned;
/** `file`: an audit. */
export type AuditOptions = Values<typeof AUDIT_FLAGS> & { readonly file: string } & Warned;
/** `source`: a file, a URL, or `-`. */
export type PlayOptions = Values<typeof PLAY_FLAGS> & { readonly source: string } & Warned;
export type ControlOptions = ReturnType<typeof checkControl> & Warned;
export type ListOptions = Values<typeof CONTROL_FLAGS> & Warned;
export type CompletionsOptions = { readonly shell: Shell } & Warned;
export type DoctorOptions = ReturnType<typeof checkDoctor> & Warned;

/** The command that the person requested. */
export type Invocation =
  | { readonly command: "host"; readonly options: HostOptions }
  | { readonly command: "join"; readonly options: JoinOptions }
  | { readonly command: "call"; readonly options: CallOptions }
  | { readonly command: "cp"; readonly options: CopyOptions }
  | { readonly command: "ctl"; readonly options: ControlOptions }
  | { readonly command: "list"; readonly options: ListOptions }
  | { readonly command: "road"; readonly options: RoadOptions }
  | { readonly command: "desktop"; readonly options: DesktopOptions }
  | { readonly command: "doctor"; readonly options: DoctorOptions }
  | { readonly command: "play"; readonly options: PlayOptions }
  | { readonly command: "completions"; readonly options: CompletionsOptions }
  | { readonly command: "audit"; readonly options: AuditOptions }
  /** Help: on stdout, or on stderr with the exit code for a bad command line if nothing was requested. */
  | { readonly command: "help"; readonly text: string; readonly code: number };
