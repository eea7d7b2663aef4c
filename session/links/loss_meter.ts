/** The loss of one direction of a link, from the running counts of sent and arrived messages. Pure. */

/** The number of messages behind one loss value: enough to distinguish 1 % from chance, few enough to follow a change. */
const LOSS_SPAN = 64;
/** A path on which the first so many all arrived loses less than 4 %, or is a lucky one in two hundred. */
const SURE_SPAN = 128;
/** A path that lost some counts as losing for so many messages: at 5 % every 27th span of 64 has no loss. */
const LONG_SPAN = 256;
/** The loss from which a path counts as losing, and from which a message and its copy are often both lost. */
const LOSING = 0.01;
const LOSING_MUCH = 0.07;

/** Loss over a sliding span, from the far end's running `top` and `got`. */
export class LossMeter {
  #marks: { readonly top: number; readonly got: number }[] = [{ top: 0, got: 0 }];
  #loss = 0;
  #long = 0;

  /** How many of all were lost, as far as reported. */
  lost = 0;

  #from = -1;

  /** Whether nothing behind the number of {@link restart} has arrived, as far as reported. */
  get restarting(): boolean {
    return this.#from >= 0;
  }

  /** Starts again after message `number`: earlier losses belong to an outage, and say nothing about the path. */
  restart(number: number): void {
    this.#from = number;
    this.#marks = this.#marks.slice(-1);
  }

  /** `top` sent, `got` of them arrived. */
  report(top: number, got: number): void {
    const last = this.#marks[this.#marks.length - 1]!;
    if (top <= last.top) return;
    this.lost = Math.max(0, top - got);
    if (this.#from >= 0) {
      if (top <= this.#from) return;
      this.#from = -1;
      this.#marks = [{ top, got }];
      return;
    }
    this.#marks.push({ top, got });
    while (this.#marks.length > 2 && top - this.#marks[1]!.top >= LONG_SPAN) this.#marks.shift();
    const since = (mark: { top: number; got: number }) =>
      Math.min(1, Math.max(0, 1 - (got - mark.got) / (top - mark.top)));
    this.#long = since(this.#marks[0]!);
    const recent = this.#marks.findLastIndex((mark) => top - mark.top >= LOSS_SPAN);
    this.#loss = since(this.#marks[Math.max(0, recent)]!);
  }

  /** Whether enough was reported to say anything: a quarter of the span. */
  get known(): boolean {
    return this.#reported * 4 >= LOSS_SPAN;
  }

  /** Whether enough was reported to rely on. */
  get sure(): boolean {
    return this.#reported >= SURE_SPAN;
  }

  get #reported(): number {
    return this.#marks[this.#marks.length - 1]!.top - this.#marks[0]!.top;
  }

  /** The fraction lost, 0 to 1; undefined until it is {@link known}. */
  get loss(): number | undefined {
    return this.known ? this.#loss : undefined;
  }

  /** The fraction lost over the longer span; undefined until it is {@link sure}. */
  get long(): number | undefined {
    return this.sure ? this.#long : undefined;
  }

  /** Whether it loses 1 % or more, recently or over the longer span. */
  get losing(): boolean {
    return this.known && Math.max(this.#loss, this.#long) >= LOSING;
  }

  /** Whether the loss is so high that two in a row are common. */
  get losingMuch(): boolean {
    return this.known && this.#long >= LOSING_MUCH;
  }
}
