/**
 * Keeps an executable to what is in it. Packages ask for others that they can do without (`ws` for `bufferutil`), and a bundle keeps such
 * a `require` of what is not there. Deno would look for it in every `node_modules` from the program's folder up, which lies below the temp
 * folder: whoever may write there could have their code run by everybody.
 */
import { isBuiltin } from "node:module";
import { type Identifier, type Node, parse } from "acorn";
import { ancestor } from "acorn-walk";

/** One place that names a module outside of the bundle, by offsets in its text. */
interface Named {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** How it is asked for; only what comes at run time can fail there. */
  readonly how: "require" | "import()" | "import";
}

/** Throws what every caller of an optional module expects. Its name occurs once in a bundle. */
const ABSENT = `function __absent(name) {
  throw Object.assign(new Error("Cannot find module '" + name + "': this program has no such part"), { code: "MODULE_NOT_FOUND" });
}
`;

/**
 * The bundle `code` with each run-time request for a module that is neither Node's own nor one of `packages` turned into "not found",
 * and the names of those modules. Throws Error where a module outside is imported statically, or where a `require` is used in a way
 * that can't be read: then nobody knows what it loads.
 */
export function withoutOutside(
  code: string,
  packages: readonly string[],
): { readonly code: string; readonly absent: readonly string[] } {
  const outside = findNamed(code).filter(({ name }) => !isBuiltin(name) && !packages.includes(name));
  const fixed = outside.find(({ how }) => how === "import");
  if (fixed) throw new Error(`the bundle imports ${JSON.stringify(fixed.name)}, which is not in it`);
  if (outside.length === 0) return { code, absent: [] };
  let text = "";
  let at = 0;
  for (const { start, end, name, how } of outside) {
    const absent = `__absent(${JSON.stringify(name)})`;
    text += code.slice(at, start) + (how === "require" ? absent : `(async () => ${absent})()`);
    at = end;
  }
  return {
    code: text + code.slice(at) + "\n" + ABSENT,
    absent: [...new Set(outside.map(({ name }) => name))],
  };
}

/** `file://${…}`: a file by its whole path, which nobody looks for elsewhere. Who imports it must know that only its owner can write there. */
function isAbsoluteFile(node: Node): boolean {
  if (node.type !== "TemplateLiteral") return false;
  const { quasis } = node as unknown as { quasis: readonly { readonly value: { readonly raw: string } }[] };
  return quasis[0]!.value.raw === "file://";
}

/** Every module that `code` names, in order. Throws Error for a name that is not written out, and for a `require` that is handed on. */
function findNamed(code: string): Named[] {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  const makers = new Set<string>();
  const requires = new Set(["require"]);
  ancestor(program, {
    ImportDeclaration({ source, specifiers }) {
      if (source.value !== "node:module" && source.value !== "module") return;
      for (const { type, local, ...rest } of specifiers) {
        const imported = "imported" in rest ? rest.imported as Identifier : undefined;
        if (type !== "ImportSpecifier" || imported?.name !== "createRequire") {
          throw unreadable(local, "takes all of node:module");
        }
        makers.add(local.name);
      }
    },
  });
  const isMaker = (node: Node | null | undefined) =>
    node?.type === "CallExpression" && makers.has(nameOf((node as unknown as { callee: Node }).callee) ?? "");
  ancestor(program, {
    VariableDeclarator({ id, init }) {
      // `x11` gives its require another name, so that bundles for browsers do not follow it.
      const isRequire = isMaker(init) || (init && requires.has(nameOf(init) ?? ""));
      if (isRequire) requires.add(nameOf(id) ?? fail(id, "takes a require apart"));
    },
    AssignmentExpression({ left, right }) {
      if (isMaker(right)) requires.add(nameOf(left) ?? fail(left, "keeps a require in a property"));
    },
  });
  const found: Named[] = [];
  const literal = (node: Node | null | undefined, how: Named["how"], { start, end }: Node) => {
    if (!node) return;
    const { value } = node as unknown as { value?: unknown };
    if (typeof value !== "string") fail(node, "names a module that is made at run time");
    else found.push({ start, end, name: value, how });
  };
  const statically = (node: { source?: Node | null } & Node) => literal(node.source, "import", node);
  ancestor(program, {
    ImportDeclaration: statically,
    ExportNamedDeclaration: statically,
    ExportAllDeclaration: statically,
    ImportExpression: (node) => {
      if (!isAbsoluteFile(node.source)) literal(node.source, "import()", node);
    },
    CallExpression(node) {
      if (requires.has(nameOf(node.callee) ?? "")) literal(node.arguments[0], "require", node);
    },
    Identifier(node, _state, ancestors) {
      const parent = ancestors.at(-2)! as Node & Record<string, unknown>;
      const called = parent.type === "CallExpression" && parent.callee === node;
      if (makers.has(node.name) && !called) fail(node, "hands createRequire on");
      const renamed = parent.type === "VariableDeclarator" && parent.init === node;
      if (requires.has(node.name) && !called && !renamed && !isMaker(parent.right as Node)) {
        fail(node, "hands a require on");
      }
    },
  });
  return found.sort((one, other) => one.start - other.start);
}

function nameOf(node: Node): string | undefined {
  return node.type === "Identifier" ? (node as Identifier).name : undefined;
}

function fail(node: Node, what: string): never {
  throw unreadable(node, what);
}

function unreadable(node: Node, what: string): Error {
  return new Error(`the bundle ${what} in line ${node.loc?.start.line}, so what it loads can't be known`);
}
