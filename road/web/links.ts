/** Links in the terminal: a click opens a new tab that knows nothing of this page. */

export function openLink(uri: string): void {
  if (/^https?:\/\//i.test(uri)) open(uri, "_blank", "noopener,noreferrer");
}
