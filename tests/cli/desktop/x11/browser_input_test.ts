import { pollAsync } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { START, XServer, xvfb } from "./x_server.ts";

const { testWith } = needs;

/** What is typed into the page stands in its title, which any program of the display can read. */
const PAGE = `<title>ready</title><textarea autofocus style="width:100%;height:500px"
  oninput="document.title = 'T:' + encodeURIComponent(this.value)"></textarea>`;
/** No sandbox for root, and nothing that asks the network. */
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const QUIETER = ["--disable-background-networking", "--disable-component-update"];

testWith(
  [xvfb, needs.chromium, needs.program("xwininfo")],
  "a browser gets the text that was typed, with more new characters than there are spare keys",
  async () => {
    await using server = await XServer.start({ screen: "1024x768x24" });
    using display = await server.open();
    const page = server.dir.join("page.html");
    await Deno.writeTextFile(page, PAGE);
    const profile = `--user-data-dir=${server.dir.join("profile")}`;
    const place = ["--window-size=1000,700", "--window-position=0,0", `--app=file://${page}`];
    server.spawn(needs.findProgram(...needs.CHROMIUM)!, ...QUIET, ...QUIETER, profile, ...place);
    // A window that goes while the tree is read makes it fail: it is read again.
    const titles = () => server.run("xwininfo", "-root", "-tree").catch(() => "");
    await pollAsync(async () => (await titles()).includes('"ready"'), START, "the page");
    display.input.move(400, 300);
    for (const down of [true, false]) display.input.button(0, down);
    let all = "";
    const many = Array.from({ length: 60 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
    for (const text of ["Hello é", "日本語 😀✓", "äöüß@{}[]", many]) {
      display.input.text(text);
      await display.input.settled();
      all += text;
      const wanted = `"T:${encodeURIComponent(all)}"`;
      await pollAsync(async () => (await titles()).includes(wanted), START, `${text} in the page`);
    }
  },
);
