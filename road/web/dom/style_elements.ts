/**
 * Replaces `<style>` elements by constructed style sheets. xterm.js writes its rules into `<style>` elements, and colours beyond its
 * palette into `style` attributes, which a strict `style-src` forbids. CSSOM is allowed, because it comes from a script that the policy
 * trusts.
 */

const adopted = new WeakSet<Document>();

/** From now on, text given to a `<style>` element that a script makes in `page` becomes a constructed style sheet. */
export function adoptStyles(page: Document): void {
  if (adopted.has(page)) return;
  adopted.add(page);
  const create = page.createElement.bind(page);
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    if (name.toLowerCase() !== "style") return create(name, options);
    // Even an empty style element is refused, so another invisible element replaces it.
    const element = create("template");
    divert(page, element);
    return element;
  };
  page.createElement = createElement as typeof page.createElement;
  const setAttribute = HTMLSpanElement.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function (name: string, value: string) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}

function divert(page: Document, element: HTMLElement): void {
  const sheet = new CSSStyleSheet();
  let text = "";
  page.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, "textContent", {
    get: () => text,
    set: (rules: string) => {
      text = rules;
      sheet.replaceSync(rules);
    },
  });
  const remove = element.remove.bind(element);
  element.remove = () => {
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter((other) => other !== sheet);
    remove();
  };
}
