/** Files that a module names beside itself: `new URL("./worker.ts", import.meta.url)`, `import.meta.resolve("./worker.ts")`. */
import { stripTypeScriptTypes } from "node:module";
import { type CallExpression, type Expression, type NewExpression, type Node, parse } from "acorn";
import { simple } from "acorn-walk";

export interface NamedByUrl {
  /** As it is written. */
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
}

/** Turns parameter properties into code too. Node's newest types have no such mode any more; Deno has. */
const TRANSFORM = "transform" as "strip";

/** What `source` (TypeScript) names so, in plain strings. */
export function namedByUrl(source: string): NamedByUrl[] {
  // Most modules name nothing so, and parsing all would take a second.
  if (!source.includes("import.meta")) return [];
  const found: NamedByUrl[] = [];
  const note = (name: unknown) => {
    // Without types the positions are others: the line is that of the first such string.
    const before = typeof name === "string" ? source.slice(0, source.indexOf(name)) : "";
    if (typeof name === "string") found.push({ specifier: name, line: before.split("\n").length });
  };
  const code = stripTypeScriptTypes(source.replace(/^#!/, "//"), { mode: TRANSFORM });
  simple(parse(code, { ecmaVersion: "latest", sourceType: "module" }), {
    NewExpression({ callee, arguments: [name, base] }: NewExpression) {
      if (nameOf(callee) === "URL" && isMeta(base, "url")) note(valueOf(name));
    },
    CallExpression({ callee, arguments: [name] }: CallExpression) {
      const value = valueOf(name);
      // What does not begin so is a package.
      if (isMeta(callee, "resolve") && /^\.{1,2}\//.test(`${value}`)) note(value);
    },
  });
  return found;
}

function isMeta(node: Node | undefined, property: string): boolean {
  if (node?.type !== "MemberExpression") return false;
  const { object, property: named } = node as Node & { object: Node; property: Expression };
  return object.type === "MetaProperty" && nameOf(named) === property;
}

function nameOf(node: Node): string | undefined {
  return node.type === "Identifier" ? (node as Node & { name: string }).name : undefined;
}

function valueOf(node: Node | undefined): unknown {
  return node?.type === "Literal" ? (node as Node & { value: unknown }).value : undefined;
}
