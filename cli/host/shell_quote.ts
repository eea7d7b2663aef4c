/** Text that a person pastes into a shell. Pure. */

/**
 * `text` as one word of a command line. It is quoted only if it must be: double ones, which every shell knows (zsh takes `[` for a pattern),
 * or single ones around what those leave active, since part of it may come from a road.
 */
export function shellWord(text: string): string {
  if (/^[\w.:/@%+=,-]+$/.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}
