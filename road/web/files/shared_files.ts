/** Files and pictures from the page to the host: what is dropped, pasted or chosen. What sends them loads at the first use. */
import type { Terminal } from "@xterm/xterm";
import type { BeachSession } from "../embed/beach.ts";
import { part } from "../dom/elements.ts";
import { toast } from "../dom/toasts.ts";
import type { FilesPanel } from "./files_panel.ts";

/** What programs in terminals take as a picture, by its path. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp)$/;

/** Watches the page for files while the session is shown. */
export class SharedFiles {
  #panel: Promise<FilesPanel> | undefined;

  /** @param session the one that is shown, if there is one */
  constructor(private readonly terminal: Terminal, private readonly session: () => BeachSession | undefined) {
    const main = part("main");
    const over = (dragged: boolean) => main.toggleAttribute("data-drop", dragged);
    main.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Without this the browser would leave the page for the file.
      event.preventDefault();
      const may = this.#mayWrite();
      event.dataTransfer.dropEffect = may ? "copy" : "none";
      over(may);
    });
    main.addEventListener("dragleave", () => over(false));
    main.addEventListener("drop", (event) => {
      over(false);
      const files = [...event.dataTransfer?.files ?? []];
      if (files.length === 0) return;
      event.preventDefault();
      this.#take(files);
    });
    // Before the terminal's own listener, which pastes texts.
    part("stage").addEventListener("paste", (event) => {
      const { files, types } = event.clipboardData ?? {};
      const pictures = [...files ?? []].filter(({ type }) => PICTURE.test(type));
      if (pictures.length === 0 || types?.includes("text/plain")) return;
      event.preventDefault();
      event.stopPropagation();
      this.#take(pictures);
    }, { capture: true });
    part("open-files").onclick = () => this.#with((panel) => panel.toggle());
  }

  /** Pictures are for the program in the terminal, other files for the host's folder. */
  #take(files: readonly File[]): void {
    if (!this.#mayWrite()) return toast("This link is for viewing: files go nowhere.");
    const pictures = files.filter(({ type }) => PICTURE.test(type));
    const others = files.filter(({ type }) => !PICTURE.test(type));
    this.#with((panel) => {
      if (pictures.length > 0) void panel.paste(pictures);
      if (others.length > 0) panel.send(others);
    });
  }

  #mayWrite(): boolean {
    return this.session()?.role === "write";
  }

  #with(act: (panel: FilesPanel) => void): void {
    this.#panel ??= import("./files_panel.ts").then(({ FilesPanel }) =>
      new FilesPanel(this.terminal, this.session)
    );
    this.#panel.then(act).catch(() => {
      this.#panel = undefined;
      toast("A part of this page could not be loaded: its server may be away. Try again.");
    });
  }
}
