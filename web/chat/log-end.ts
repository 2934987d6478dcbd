// Keeps the end of a chat in view while its reader is there: messages arrive, pictures and the keyboard change heights.
import { msg } from '@lit/localize';
import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { icon } from '../elements/icon.ts';

/** Pixels below which a reader counts as being at the end. */
const nearEnd = 80;

interface LogHost extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
}

export class LogEnd implements ReactiveController {
  readonly #host: LogHost;
  readonly #lastSeq: () => number | undefined;
  readonly #observer = 'ResizeObserver' in globalThis ? new ResizeObserver(() => this.#settle()) : undefined;
  #log: HTMLElement | undefined;
  #atEnd = true;
  /** Height of the content when the end was last settled. */
  #height = 0;
  #seq: number | undefined;
  /** Whether messages arrived below what the reader sees. */
  hasNew = false;

  /**
   * Watches `.log` and its children in the host's render root.
   * @param lastSeq seq of the newest message; undefined while there is none
   */
  constructor(host: LogHost, lastSeq: () => number | undefined) {
    this.#host = host;
    this.#lastSeq = lastSeq;
    host.addController(this);
  }

  hostUpdate(): void {
    const seq = this.#lastSeq();
    if (this.#atEnd) this.hasNew = false;
    else if (seq !== undefined && this.#seq !== undefined && seq > this.#seq) this.hasNew = true;
    this.#seq = seq;
  }

  hostUpdated(): void {
    const log = this.#host.renderRoot.querySelector<HTMLElement>('.log') ?? undefined;
    if (log !== this.#log) {
      this.hostDisconnected();
      this.#log = log;
      log?.addEventListener('scroll', this.#scrolled);
    }
    if (!log) return;
    this.#observer?.observe(log);
    for (const child of log.children) this.#observer?.observe(child);
    this.#settle();
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#log?.removeEventListener('scroll', this.#scrolled);
    this.#log = undefined;
  }

  /** Goes to the end, and stays there. */
  follow(): void {
    this.#atEnd = true;
    this.hasNew = false;
    this.#settle();
    this.#host.requestUpdate();
  }

  /** Keeps what the reader sees in place while earlier messages are added above it. */
  async keepPlace(load: () => Promise<unknown>): Promise<void> {
    const log = this.#log;
    if (!log) return;
    const below = log.scrollHeight - log.scrollTop;
    this.#atEnd = false;
    await load();
    await this.#host.updateComplete;
    await this.#host.renderRoot.querySelector('couture-message-list')?.updateComplete;
    log.scrollTop = log.scrollHeight - below;
  }

  #settle(): void {
    if (!this.#log) return;
    if (this.#atEnd) this.#log.scrollTop = this.#log.scrollHeight;
    this.#height = this.#log.scrollHeight;
  }

  readonly #scrolled = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.#log!;
    // The content grew, not the reader moved: the observer settles that.
    if (scrollHeight !== this.#height) return;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    if (this.#atEnd && this.hasNew) this.#host.requestUpdate();
  };
}

/** The button that leads to messages below what the reader sees; styled by log.styles.ts. */
export function newMessages(end: LogEnd): TemplateResult | typeof nothing {
  if (!end.hasNew) return nothing;
  return html`<div class="new"><button class="button" @click=${() => end.follow()}>${msg('New messages')} ${icon('down', 16)}</button></div>`;
}
