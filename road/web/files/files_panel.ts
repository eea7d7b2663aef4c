/** The list of files that go to the host and come from there, and the buttons that start one. */
import type { Terminal } from "@xterm/xterm";
import type { BeachSession } from "../embed/beach.ts";
import { make, part } from "../dom/elements.ts";
import { toast } from "../dom/toasts.ts";
import { typedWord } from "../../../session/vt/shell_word.ts";
import { partsLast } from "../services/download_part.ts";
import { Transfer } from "./transfer.ts";

/** The panel, which is hidden at first. What fails shows in its row, or for pictures as a remark. */
export class FilesPanel {
  readonly #list = make("ul", { id: "transfers" });
  readonly #panel: HTMLElement;
  /** One at a time: each has the whole line. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly terminal: Terminal, private readonly session: () => BeachSession | undefined) {
    const chooser = make("input", { type: "file", multiple: true, hidden: true, id: "file-chooser" });
    chooser.onchange = () => {
      this.send([...chooser.files ?? []]);
      chooser.value = "";
    };
    const path = make("input", {
      ariaLabel: "Path of a file in the host's folder",
      placeholder: "path/of/a/file",
      spellcheck: false,
      autocapitalize: "none",
      required: true,
    });
    const form = make("form", {
      onsubmit: (event) => {
        event.preventDefault();
        this.#get(path.value.trim());
        form.reset();
      },
    }, [path, make("button", { className: "plain", textContent: "Download" })]);
    const choose = make("button", {
      type: "button",
      className: "primary",
      textContent: "Send files…",
      onclick: () => chooser.click(),
    });
    const close = make("button", {
      type: "button",
      ariaLabel: "Close files",
      textContent: "×",
      onclick: () => this.toggle(false),
    });
    this.#panel = make("section", { id: "files", ariaLabel: "Files", hidden: true }, [
      make("header", {}, [make("h2", { textContent: "Files" }), close]),
      make("div", { className: "actions" }, [choose, form]),
      chooser,
      make("p", {
        className: "quiet small",
        textContent: "Or drop them here. A picture's path is typed into the terminal.",
      }),
      this.#list,
    ]);
    part("main").append(this.#panel);
  }

  toggle(open = this.#panel.hidden): void {
    this.#panel.hidden = !open;
    part("open-files").ariaExpanded = String(open);
    if (!open) this.terminal.focus();
  }

  /** Sends files into the host's folder. */
  send(files: readonly File[]): void {
    for (const file of files) {
      this.#add(file.name, "to the host", (session, options) => session.upload(file, options));
    }
  }

  /** Lets the host keep pictures, and types their paths. */
  async paste(pictures: readonly File[]): Promise<void> {
    const session = this.session();
    if (!session) return;
    toast(pictures.length === 1 ? "Sending the picture…" : "Sending the pictures…");
    try {
      const words: string[] = [];
      for (const picture of pictures) {
        const word = typedWord(await session.paste(picture));
        if (word === undefined) return toast("The host keeps the picture under a name that can't be typed.");
        words.push(word);
      }
      this.terminal.paste(words.join(" "));
      this.terminal.focus();
    } catch (error) {
      toast(`The picture was not sent: ${(error as Error).message}`);
    }
  }

  #get(path: string): void {
    this.#add(path, "from the host", async (session, options) => {
      const file = await session.download(path, { ...options, resume: true });
      const url = URL.createObjectURL(file);
      make("a", { href: url, download: file.name }).click();
      // The browser has it by then; a minute is more than it takes to begin.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    }, partsLast() ? "" : "Leave this page open: its address is not https, so only the page keeps what came");
  }

  #add(name: string, where: string, work: ConstructorParameters<typeof Transfer>[2], note?: string): void {
    this.toggle(true);
    const transfer = new Transfer(name, where, work, (transfer) => this.#queue(transfer), note);
    this.#list.append(transfer.row);
    this.#queue(transfer);
  }

  #queue(transfer: Transfer): void {
    this.#turn = this.#turn.then(() => transfer.run(this.session()));
  }
}
