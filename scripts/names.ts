/** Names of files, and of sections of pages, in Markdown and in comments: each must be there, or a reader looks for it in vain. */

/** In Markdown: a file in backquotes such as `host/host_viewer.ts`, or what a link leads to. Patterns and addresses are neither. */
const FILE = /`([^`\s*<>{}…]+\.(?:tsx?|css|html|json|md|svg|ya?ml|sh))`|\]\(([^)\s#:]+)(?:#[^)]*)?\)/g;
/** A page and a heading of it: `road/API.md`, "Signalling over HTTP". Several headings may follow each other. */
const SECTION = /`([^`\s]+\.md)`(?:,| \()((?: ?"[^"\n]+"(?:,| and)?)+)/g;
const TITLE = /"([^"]+)"/g;
/** Where a comment goes on in the next line. */
const NEXT_LINE = /\s*\n\s*\*?\s*/g;

/** The text of a tree's files, by path. Of files that are neither Markdown nor TypeScript the text is of no use. */
export type Texts = ReadonlyMap<string, string>;

/** One line for each file and section that `path` names and that is not among `texts`. A file may be named by the end of its path. */
export function checkNames(path: string, texts: Texts): string[] {
  const markdown = path.endsWith(".md");
  const text = (texts.get(path) ?? "").replace(markdown ? /$^/ : NEXT_LINE, " ");
  const violations: string[] = [];
  for (const [, named, linked] of markdown ? text.matchAll(FILE) : []) {
    const name = named ?? linked!;
    // An absolute one is an address at the road.
    if (name.startsWith("/")) continue;
    const found = linked === undefined ? find(name, path, texts) : isThere(resolve(name, path), texts);
    if (!found) violations.push(`${path}: names ${name}, which is not there`);
  }
  for (const [, page, titles] of text.matchAll(SECTION)) {
    const target = find(page!, path, texts);
    for (const [, title] of titles!.matchAll(TITLE)) {
      if (target !== undefined && !headings(texts.get(target)!).includes(title!)) {
        violations.push(`${path}: names "${title}" of ${page}, which has no such heading`);
      }
    }
  }
  return violations;
}

/** Sources that a reader finds by the tables of their folder's pages. The page of the road is a program of its own. */
const LISTED = /^(session|transport|cli|road)\/(?!web\/).*\.ts$/;

/** One line for each source that no page of its folder names. */
export function checkListed(texts: Texts): string[] {
  const named = new Set<string>();
  for (const [path, text] of texts) {
    if (!path.endsWith("README.md")) continue;
    for (const [, name] of text.matchAll(FILE)) {
      const file = name === undefined ? undefined : find(name, path, texts);
      if (file !== undefined) named.add(file);
    }
  }
  return [...texts.keys()].filter((path) => LISTED.test(path) && !named.has(path))
    .map((path) => `${path}: is in no table of ${LISTED.exec(path)![1]}/README.md; say there what it is`);
}

/** The file that `name`, as `from` writes it, stands for: by its path from there or from a folder above, or by the end of its path. */
function find(name: string, from: string, texts: Texts): string | undefined {
  const folders = from.split("/").slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const path = resolve(name, [...folders.slice(0, depth), ""].join("/"));
    if (texts.has(path)) return path;
  }
  const end = `/${name.replace(/^(?:\.\.?\/)+/, "")}`;
  return [...texts.keys()].find((path) => `/${path}`.endsWith(end));
}

/** Whether `path` is a file, or ends in `/` and is a folder. */
function isThere(path: string, texts: Texts): boolean {
  return texts.has(path) || (path.endsWith("/") && [...texts.keys()].some((file) => file.startsWith(path)));
}

function resolve(name: string, from: string): string {
  return new URL(name, `file:///${from}`).pathname.slice(1);
}

/** The headings of a page, and what it prints bold at the beginning of a line, which serves as one. */
function headings(text: string): string[] {
  const found = [...text.matchAll(/^#+ (.+)$|^(?:- )?\*\*(.+?)\.?\*\*/gm)];
  return found.map(([, heading, bold]) => heading ?? bold!);
}
