/** Open files of other processes (Linux), and commands that may not have many. */

/** The command with a limit of open files, soft and hard. */
export function underFiles(files: number, argv: readonly string[]): readonly string[] {
  return ["bash", "-c", `ulimit -n ${files}; exec "$@"`, "bash", ...argv];
}

export function openFilesOf(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}
