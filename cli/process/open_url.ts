/** Shows a page in the person's browser, where one can be started. */

/** The command that opens a page, by system. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  windows: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Whether a browser was asked to show `url`; the person may have to open it. */
export async function openUrl(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const [program, ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  // Without a display `xdg-open` starts a browser in the terminal, over what is there.
  if (program === "xdg-open" && !env.DISPLAY && !env.WAYLAND_DISPLAY) return false;
  try {
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(program!, { args: [...args, url], ...quiet }).output()).success;
  } catch {
    return false;
  }
}
