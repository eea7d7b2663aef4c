/**
 * Rules of this project for `deno lint`: only `main.ts` ends the process, durations use a monotonic clock, functions are short, a check can
 * follow each import, and exports are documented.
 * Tests may do as they need.
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What a duration is measured by must not jump when somebody sets the clock. The road tells times of day, and measures by `clock.ts`. */
const STEADY = /^(?:frames|session|transport|cli)\//;

/** The longest function, lines: what is read on one screen. */
const MAX_FUNCTION_LINES = 60;

/** A node of ESTree, as far as the rules look at it. `Deno.lint` has the types, among the unstable ones that nothing else may use. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
  readonly id?: Node;
  readonly init?: Node | null;
  readonly properties?: readonly Node[];
  readonly key?: Node;
  readonly source?: Node;
  readonly specifiers?: readonly Node[];
  readonly imported?: Node;
  readonly declaration?: Node | null;
  readonly range: readonly [from: number, to: number];
}

interface Context {
  readonly filename: string;
  readonly sourceCode: { readonly text: string; getText(node: Node): string };
  report(found: { readonly node: Node; readonly message: string; readonly hint: string }): void;
}

interface Rule {
  create(context: Context): Record<string, (node: Node) => void>;
}

/** A rule for those files that `wanted` says, by path from the root with `/`. */
function only(wanted: (path: string) => boolean, create: Rule["create"]): Rule {
  return {
    create: (context) => {
      const path = context.filename.slice(ROOT.length).replaceAll("\\", "/");
      return path.startsWith("tests/") || !wanted(path) ? {} : create(context);
    },
  };
}

/** The name of an identifier, or what a string says. */
function nameOf(node: Node | null | undefined): string | undefined {
  if (node?.type === "Identifier") return node.name;
  return typeof node?.value === "string" ? node.value : undefined;
}

/** `exit` of `Deno.exit`, `globalThis.Deno?.exit` and `Deno["exit"]`, where `owners` has `Deno`. */
function memberOf({ object, property }: Node, owners: readonly string[]): string {
  const owner = nameOf(object?.type === "MemberExpression" ? object.property : object) ?? "";
  return owners.includes(owner) ? nameOf(property) ?? "" : "";
}

const PROCESS = ["Deno", "process"];
const ENDS = ["exit", "abort", "reallyExit"];

export default {
  name: "beach",
  rules: {
    /** Anywhere but in `main.ts` it would skip what others still have to close. */
    "no-exit": only((path) => path !== "main.ts", (context) => {
      const hint = "return the status to main.ts";
      const check = (node: Node, name: string) => {
        if (!ENDS.includes(name)) return;
        context.report({
          node,
          message: `takes ${context.sourceCode.getText(node)}; only main.ts ends the process`,
          hint,
        });
      };
      return {
        MemberExpression: (node) => check(node, memberOf(node, PROCESS)),
        VariableDeclarator({ id, init }) {
          if (!PROCESS.includes(nameOf(init) ?? "")) return;
          for (const part of id?.properties ?? []) check(part, nameOf(part.key) ?? "");
        },
        ImportDeclaration({ source, specifiers = [] }) {
          if (!/^(?:node:)?process$/.test(nameOf(source) ?? "")) return;
          for (const part of specifiers) check(part, nameOf(part.imported) ?? "");
        },
      };
    }),

    "steady-clock": only((path) => STEADY.test(path), (context) => {
      const say = (node: Node) =>
        context.report({
          node,
          message: "reads the clock on the wall; durations are measured by performance.now()",
          hint: "where somebody reads the time of day, say so: // deno-lint-ignore beach/steady-clock -- why",
        });
      return {
        MemberExpression(node) {
          if (memberOf(node, ["Date"]) === "now") say(node);
        },
        NewExpression(node) {
          const { callee } = node;
          if (nameOf(callee?.property ?? callee) === "Date" && node.arguments?.length === 0) say(node);
        },
        CallExpression(node) {
          if (nameOf(node.callee) === "Date") say(node);
        },
      };
    }),

    /** Objects with a small surface, not closures over twenty locals: who needs more lines makes a class of them, or several functions. */
    "short-function": only(() => true, (context) => {
      const check = (node: Node) => {
        const lines = context.sourceCode.getText(node).split("\n").length;
        if (lines <= MAX_FUNCTION_LINES) return;
        const message = `this function has ${lines} lines`;
        context.report({ node, message, hint: `split it, ${MAX_FUNCTION_LINES} is the limit` });
      };
      return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
    }),

    /** A reader of a call site sees the doc comment first: what goes in and out, units, and errors. */
    "documented-export": only(() => true, (context) => {
      const documented = new Set<string>();
      return {
        ExportNamedDeclaration(node) {
          const { declaration } = node;
          if (!/^(?:FunctionDeclaration|TSDeclareFunction|ClassDeclaration)$/.test(declaration?.type ?? "")) {
            return;
          }
          const name = nameOf(declaration?.id) ?? "";
          const before = context.sourceCode.text.slice(0, node.range[0]);
          const doc = /\*\/\s*(?:\/\/ deno-lint-ignore .*\s*)?$/.test(before);
          // Of the signatures of an overloaded function the first has the comment.
          if (doc || documented.has(name)) return void documented.add(name);
          context.report({
            node,
            message: `exports ${name} without a doc comment`,
            hint: "say what it does, with the units of its numbers and the errors that it throws",
          });
        },
      };
    }),

    /** Deno's module graph does not have such an import, so the checks of layers and circles would not see it; nor such a worker. */
    "plain-import": only(() => true, (context) => {
      const check = (name: Node | undefined) => {
        if (name === undefined || typeof name.value === "string") return;
        const message = "names a module or a file that only shows when it runs";
        context.report({ node: name, message, hint: "name it as a plain string" });
      };
      return {
        ImportExpression: ({ source }) => check(source),
        // Behind a name of its own it is no base that the layers' checker sees.
        VariableDeclarator({ init }) {
          if (init?.object?.type === "MetaProperty" && nameOf(init.property) === "url") check(init);
        },
        NewExpression({ callee, arguments: [name, base] = [] }) {
          if (nameOf(callee) === "URL" && base?.object?.type === "MetaProperty") check(name);
        },
        CallExpression({ callee, arguments: [name] = [] }) {
          if (callee?.object?.type === "MetaProperty" && nameOf(callee.property) === "resolve") check(name);
        },
      };
    }),
  },
} satisfies { readonly name: string; readonly rules: Readonly<Record<string, Rule>> };
