// <couture-time-dialog>: asks when: until when a chat is snoozed, or when a reply is sent. Offers the usual times and any other.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { formatAppointment } from '../state/locale.ts';
import { serverNow } from '../state/server-clock.ts';
import { buttons, dialogs, fields, reset } from '../styles/shared.styles.ts';
import type { ConsoleApi } from './console-api.ts';

type Purpose = 'snooze' | 'send';
const hour = 3_600_000;

@localized()
@customElement('couture-time-dialog')
export class TimeDialog extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    dialogs,
    css`
      ul {
        display: grid;
        gap: 0.5rem;
        margin-block-end: 1.25rem;
      }
      li .button {
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.1rem 1rem;
        width: 100%;
        padding: 0.5rem 0.9rem;
        text-align: start;
      }
      li .when {
        color: var(--couture-muted);
        font-weight: 400;
      }
      .error {
        color: var(--couture-sale);
        font: var(--couture-small);
      }
    `,
  ];

  @state() private purpose: Purpose = 'snooze';
  @state() private choices: ReadonlyArray<readonly [words: string, time: Date]> = [];
  @state() private passed = false;
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('input') private field!: HTMLInputElement;
  #answer: (time: Date | undefined) => void = () => {};

  /** @returns the chosen time; undefined if none was chosen. @throws ApiError, OfflineError */
  async ask(purpose: Purpose, api: ConsoleApi): Promise<Date | undefined> {
    const { opening, tomorrow, next_week } = await api.laterTimes();
    this.purpose = purpose;
    this.passed = false;
    this.choices = [
      purpose === 'snooze'
        ? [msg('In one hour'), new Date(serverNow() + hour)]
        : [msg('When the shop opens'), new Date(opening)],
      ...(purpose === 'snooze' || opening !== tomorrow
        ? ([[msg('Tomorrow, when the shop opens'), new Date(tomorrow)]] as const)
        : []),
      [msg('Next week'), new Date(next_week)],
    ];
    await this.updateComplete;
    this.field.value = '';
    this.dialog.showModal();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  protected override render() {
    const title = this.purpose === 'snooze' ? msg('Snooze until') : msg('Send later');
    return html`<dialog aria-label=${title} @close=${() => this.#answer(undefined)}>
      <h2>${title}</h2>
      <ul>${this.choices.map(
        ([words, time]) =>
          html`<li><button class="button quiet" @click=${() => this.#choose(time)}><span>${words}</span><span class="when">${formatAppointment(time)}</span></button></li>`,
      )}</ul>
      <form @submit=${this.#submit}>
        <label class="field">${msg('Another time')}<input type="datetime-local" required aria-describedby=${this.passed ? 'passed' : nothing} aria-invalid=${this.passed} /></label>
        ${this.passed ? html`<p class="error" id="passed" role="alert">${msg('This time has passed.')}</p>` : nothing}
        <div class="choices">
          <button class="button">${this.purpose === 'snooze' ? msg('Snooze') : msg('Schedule')}</button>
          <button class="button quiet" type="button" @click=${() => this.dialog.close()}>${msg('Not now')}</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #submit = (event: Event) => {
    event.preventDefault();
    const time = new Date(this.field.value);
    this.passed = !(time.getTime() > serverNow());
    if (!this.passed) this.#choose(time);
  };

  #choose(time: Date): void {
    this.#answer(time);
    this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-time-dialog': TimeDialog;
  }
}
