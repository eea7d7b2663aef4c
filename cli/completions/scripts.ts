/** Completion scripts for bash, zsh and fish. Pure. */
import type { Shell } from "../options/options_records.ts";
import type { CommandShape, FlagShape, Value } from "./shape.ts";

/** The script that a shell reads. */
export function script(shell: Shell, commands: readonly CommandShape[]): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      return zsh(commands);
    case "fish":
      return fish(commands);
  }
}

/** Works in bash 3.2 of macOS too. Where it finds nothing, bash completes files. */
function bash(commands: readonly CommandShape[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completion of beach: source <(beach completions bash)
_beach() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" flags="" words="" files="" i
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$cur"))
    return
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    [ "\${COMP_WORDS[i]}" = -- ] || continue
    [ $((i + 1)) -eq "$COMP_CWORD" ] && COMPREPLY=($(compgen -c -- "$cur"))
    return
  done
  case "\${COMP_WORDS[1]}" in
${commands.map(bashCommand).join("\n")}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *)
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      [ -n "$files" ] || compopt +o default +o bashdefault 2>/dev/null
      ;;
  esac
}
complete -o bashdefault -o default -F _beach beach
`;
}

function bashCommand({ name, flags, words }: CommandShape): string {
  const of = (value: Value) => flags.filter((flag) => flag.value === value).flatMap(names).join("|");
  const after = [
    ["file", "return"],
    ["folder", 'COMPREPLY=($(compgen -d -- "$cur")); return'],
    ["other", "compopt +o default +o bashdefault 2>/dev/null; return"],
  ].filter(([value]) => of(value as Value) !== "").map(([value, act]) =>
    `        ${of(value as Value)}) ${act} ;;`
  );
  const lines = after.length > 0 ? ['      case "$prev" in', ...after, "      esac"] : [];
  const these = words.kind === "these" ? words.words.join(" ") : "";
  return [
    `    ${name})`,
    ...lines,
    `      flags="${flags.flatMap(names).join(" ")}" words="${these}" files=${
      words.kind === "files" ? "yes" : '""'
    } ;;`,
  ].join("\n");
}

/** For a file named \`_beach\` in \$fpath, and to be sourced after compinit. */
function zsh(commands: readonly CommandShape[]): string {
  const described = commands.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join("\n");
  return `#compdef beach
# zsh completion of beach: beach completions zsh > "\${fpath[1]}/_beach", or after compinit: source <(beach completions zsh)
_beach() {
  # Not commands: that is zsh's own table.
  local -a ours
  ours=(
${described}
  )
  if (( CURRENT == 2 )); then
    _describe command ours
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  local -i dashes=\${words[(i)--]}
  if (( dashes < CURRENT )); then
    shift $dashes words
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  case $command in
${commands.map(zshCommand).join("\n")}
  esac
}
if [ "$funcstack[1]" = _beach ]; then _beach "$@"; else compdef _beach beach; fi
`;
}

function zshCommand({ name, flags, words }: CommandShape): string {
  const specs = flags.map(({ long, short, help, value }) => {
    const after = { none: "", file: ":file:_files", folder: ":folder:_files -/", other: ":value: " }[value];
    const told = `[${help.replaceAll(/[[\]\\]/g, "\\$&")}]${after}`;
    return short === undefined
      ? quoted(`*${long}${told}`)
      : [short, long].map((flag) => quoted(`*${flag}${told}`)).join(" ");
  });
  const rest = words.kind === "these"
    ? quoted(`*:word:(${words.words.join(" ")})`)
    : words.kind === "files"
    ? quoted("*:file:_files")
    : undefined;
  const all = rest === undefined ? specs : [...specs, rest];
  return `    ${name}) _arguments ${all.join(" \\\n        ")} ;;`;
}

function fish(commands: readonly CommandShape[]): string {
  const lines = commands.flatMap(({ name, help, flags, words }) => {
    const here = `complete -c beach -n '__fish_seen_subcommand_from ${name}'`;
    const these = words.kind === "these" ? [`${here} -a ${quoted(words.words.join(" "))}`] : [];
    const files = words.kind === "files" || words.kind === "program" ? [`${here} -F`] : [];
    return [
      `complete -c beach -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`,
      ...flags.map((flag) => `${here} ${fishFlag(flag)}`),
      ...these,
      ...files,
    ];
  });
  return `# fish completion of beach: beach completions fish > ~/.config/fish/completions/beach.fish
complete -c beach -f
${lines.join("\n")}
`;
}

function fishFlag({ long, short, help, value }: FlagShape): string {
  const after = {
    none: "",
    file: " -r -F",
    folder: " -x -a '(__fish_complete_directories)'",
    other: " -x",
  }[value];
  return `-l ${long.slice(2)}${short === undefined ? "" : ` -s ${short.slice(1)}`}${after} -d ${
    quoted(help)
  }`;
}

function names({ long, short }: FlagShape): string[] {
  return short === undefined ? [long] : [long, short];
}

/** As one word of any of these shells. No help has a quote in it that would need another form. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "’")}'`;
}
