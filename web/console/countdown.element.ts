// <couture-countdown>: the time left for the first response to a shopper, by the server's clock; once it has passed, since when.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { waitingWords } from '../chat/chat-words.ts';
import { formatShortAppointment } from '../state/locale.ts';
import { serverNow } from '../state/server-clock.ts';

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;

@localized()
@customElement('couture-countdown')
export class Countdown extends LitElement {
  static override styles = css`
    :host {
      color: var(--couture-muted);
      font: 500 0.8125rem / 1.5 var(--couture-sans);
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    :host([urgency='soon']) {
      color: var(--couture-ink);
      font-weight: 600;
    }
    :host([urgency='missed']) {
      color: var(--couture-sale);
      font-weight: 600;
    }
  `;

  /** When the target passes, as an ISO date; null: there is none. */
  @property({ attribute: false }) by: string | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), second);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render() {
    if (this.by === null) {
      this.removeAttribute('urgency');
      return nothing;
    }
    const left = Date.parse(this.by) - serverNow();
    this.setAttribute('urgency', left <= 0 ? 'missed' : left < minute ? 'soon' : 'later');
    if (left <= 0)
      return left > -minute ? msg('answer overdue') : msg(str`answer overdue by ${waitingWords(-left)}`);
    // Targets stop outside business hours, so they may be days away.
    return left >= hour
      ? msg(str`answer by ${formatShortAppointment(this.by)}`)
      : html`${msg(str`answer in ${clockWords(left)}`)}`;
  }
}

/** Minutes and seconds: 2:05. */
function clockWords(ms: number): string {
  const seconds = Math.ceil(ms / second);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-countdown': Countdown;
  }
}
