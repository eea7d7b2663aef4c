/** The platform that the browser runs on. */

/** Macs, iPhones and iPads: their keyboards have Option, and Cmd where others have Ctrl. */
export function isApple(): boolean {
  return /Mac|iP(?:hone|ad)/.test(navigator.platform);
}
