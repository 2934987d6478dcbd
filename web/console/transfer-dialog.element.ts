// <couture-transfer-dialog>: hands a chat to another agent, or moves it to the queue of a team, with a private note.
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { maxNoteLength, typedText } from '../../runtime/contract/text.ts';
import { FieldLimit } from '../chat/field-limit.ts';
import { FormDraft } from '../chat/form-draft.ts';
import { formatCount } from '../state/locale.ts';
import { buttons, dialogs, fields, reset } from '../styles/shared.styles.ts';
import type { OtherAgent, TransferTarget } from './console-api.ts';
import type { Inbox } from './inbox.ts';

/** Milliseconds between two requests for the agents while the dialog is open. */
const readEvery = 4_000;

@localized()
@customElement('couture-transfer-dialog')
export class TransferDialog extends LitElement {
  static override styles = [reset, buttons, fields, dialogs];

  @property({ attribute: false }) inbox!: Inbox;
  /** Id of the chat. */
  @property() chat = '';
  @state() private agents: readonly OtherAgent[] = [];
  @query('dialog') private dialog!: HTMLDialogElement;
  readonly #limit = new FieldLimit(this, maxNoteLength);
  readonly #draft = new FormDraft(this, () => `transfer-${this.chat}`);
  #reading: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopReading();
  }

  /** Reads the agents and opens. A chat that waits can only be moved to a team: an agent takes it. */
  async show(): Promise<void> {
    await this.#read();
    await this.updateComplete;
    // Pressed twice, it may be open by now.
    if (!this.dialog.open) this.dialog.showModal();
    this.#stopReading();
    // Who is available changes while the dialog is open; if a request fails, the last answer stays.
    this.#reading = setInterval(() => void this.#read().catch(() => {}), readEvery);
  }

  async #read(): Promise<void> {
    const session = this.inbox.session(this.chat);
    this.agents =
      session?.state === 'waiting'
        ? []
        : (await this.inbox.api.agents()).filter(({ sub }) => sub !== session?.assigned_to);
  }

  readonly #stopReading = (): void => clearInterval(this.#reading);

  protected override render() {
    const { team } = this.inbox.session(this.chat) ?? {};
    const teams = this.inbox.teams.filter(({ id }) => id !== team);
    const any = this.agents.length + teams.length > 0;
    return html`<dialog aria-label=${msg('Transfer chat')} @close=${this.#stopReading}>
      <form method="dialog" @submit=${this.#submit}>
        <h2>${msg('Transfer chat')}</h2>
        ${
          any
            ? html`<label class="field">${msg('To')}<select name="to">
                ${this.#group(
                  msg('Agents'),
                  // Keyed, so that a choice stays with its agent when the list changes.
                  repeat(
                    this.agents,
                    ({ sub }) => sub,
                    (agent) => html`<option value="agent ${agent.sub}">${agentWords(agent)}</option>`,
                  ),
                  this.agents.length,
                )}
                ${this.#group(
                  msg('Queue of a team'),
                  teams.map(({ id, name }) => html`<option value="team ${id}">${name}</option>`),
                  teams.length,
                )}
              </select></label>
              <label class="field">${msg('Private note (optional)')}<textarea name="note" dir="auto" rows="3" maxlength=${maxNoteLength} aria-invalid=${this.#limit.isExceeded} @input=${this.#limit.written} @paste=${this.#limit.pasted} @drop=${this.#limit.pasted}></textarea></label>
              ${this.#limit.words()}
              ${this.#draft.words()}`
            : html`<p>${msg('No other agents yet. Return the chat to the queue instead.')}</p>`
        }
        <div class="choices">
          ${any ? html`<button class="button" value="give" ?disabled=${this.#limit.isExceeded}>${msg('Transfer chat')}</button>` : nothing}
          <button class="button quiet" value="no">${msg('Not now')}</button>
        </div>
      </form>
    </dialog>`;
  }

  #group(label: string, options: unknown, count: number): TemplateResult | typeof nothing {
    return count > 0 ? html`<optgroup label=${label}>${options}</optgroup>` : nothing;
  }

  readonly #submit = (event: SubmitEvent) => {
    const form = event.target as HTMLFormElement;
    if ((event.submitter as HTMLButtonElement | null)?.value !== 'give') return;
    const given = new FormData(form);
    const [kind = '', id = ''] = String(given.get('to')).split(/ (.*)/s);
    const to: TransferTarget = kind === 'team' ? { team: id } : { agent: id };
    const note = typedText(String(given.get('note') ?? ''));
    const sent = this.#draft.sent();
    void this.inbox
      .attempt(() => this.inbox.api.transfer(this.chat, to, note))
      .then((given) => given && this.#draft.done(sent));
  };
}

function agentWords({ sub, name, online, state, open_chats }: OtherAgent): string {
  const now = online ? (state === 'available' ? msg('available') : msg('away')) : msg('offline');
  return `${name ?? sub} · ${now}${open_chats > 0 ? ` · ${formatCount(open_chats)}` : ''}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-transfer-dialog': TransferDialog;
  }
}
