/** Draws the terminal with WebGL where that is faster than the DOM. */
import { WebglAddon } from "@xterm/addon-webgl";
import type { Terminal } from "@xterm/xterm";

/** Drawn by the processor: slower than the DOM. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** Draws the terminal with WebGL where that works, else with the DOM. */
export class Renderer {
  #name: "webgl" | "dom" = "dom";

  constructor(private readonly terminal: Terminal) {}

  /** `dom` where the browser has no WebGL, or lost it. */
  get name(): "webgl" | "dom" {
    return this.#name;
  }

  /**
   * Turns to WebGL. It takes some 100 ms to set up, so the first screen is shown without.
   *
   * @param changed is called whenever another renderer draws from now on
   */
  hasten(changed: () => void): void {
    if (this.#name === "webgl" || !isFast()) return;
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => {
        webgl.dispose();
        this.#name = "dom";
        changed();
      });
      this.terminal.loadAddon(webgl);
      this.#name = "webgl";
    } catch {
      // No WebGL 2 here: the DOM renderer stays.
      return;
    }
    changed();
  }
}

function isFast(): boolean {
  const context = document.createElement("canvas").getContext("webgl2", {
    failIfMajorPerformanceCaveat: true,
  });
  if (!context) return false;
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE.test(name);
}
