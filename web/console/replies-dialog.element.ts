// <couture-replies-dialog>: the saved replies of all agents: add, edit, remove.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { WireReply } from '../../runtime/contract/chat-console.ts';
import { maxMessageLength, typedText } from '../../runtime/contract/text.ts';
import { FieldLimit } from '../chat/field-limit.ts';
import { FormDraft } from '../chat/form-draft.ts';
import { Follow } from '../state/store.ts';
import { buttons, dialogs, fields, reset } from '../styles/shared.styles.ts';
import type { Inbox } from './inbox.ts';

@localized()
@customElement('couture-replies-dialog')
export class RepliesDialog extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    dialogs,
    css`
      :host {
        --dialog-width: 40rem;
      }
      ul {
        margin-block-end: 1.25rem;
      }
      li {
        display: grid;
        grid-template-columns: 7rem 1fr auto auto;
        gap: 0.75rem;
        align-items: center;
        border-block-end: 1px solid var(--couture-line);
        font: var(--couture-small);
      }
      li strong,
      li span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  /** The reply in the form; undefined: a new one. */
  @state() private edited: WireReply | undefined;
  readonly #limit = new FieldLimit(this, maxMessageLength);
  @query('dialog') private dialog!: HTMLDialogElement;
  readonly #draft = new FormDraft(this, () => `reply-${this.edited?.id ?? ''}`);

  constructor() {
    super();
    new Follow(this, () => this.inbox);
  }

  show(): void {
    void this.inbox.loadReplies();
    this.edited = undefined;
    this.dialog.showModal();
  }

  protected override render() {
    const replies = this.inbox?.replies ?? [];
    return html`<dialog aria-label=${msg('Saved replies')}>
      <h2>${msg('Saved replies')}</h2>
      ${replies.length === 0 ? html`<p>${msg('No saved replies yet. Type / in a message to use one.')}</p>` : nothing}
      <ul>${replies.map((reply) => this.#reply(reply))}</ul>
      <form @submit=${this.#save}>
        <label class="field">${msg('Shortcut')}<input name="shortcut" dir="auto" required maxlength="40" pattern="[\\p{L}\\p{M}\\p{N}_\\-]+" autocapitalize="none" .defaultValue=${this.edited?.shortcut ?? ''} /></label>
        <label class="field">${msg('Text')}<textarea name="body" dir="auto" required rows="3" maxlength=${maxMessageLength} aria-invalid=${this.#limit.isExceeded} .defaultValue=${this.edited?.body ?? ''} @input=${this.#limit.written} @paste=${this.#limit.pasted} @drop=${this.#limit.pasted}></textarea></label>
        ${this.#draft.words()}
        ${this.#limit.words()}
        <div class="choices">
          <button class="button" ?disabled=${this.#limit.isExceeded}>${msg('Save reply')}</button>
          <button class="button quiet" type="button" @click=${() => this.dialog.close()}>${msg('Close')}</button>
        </div>
      </form>
    </dialog>`;
  }

  #reply(reply: WireReply) {
    return html`<li>
      <strong>/${reply.shortcut}</strong><span>${reply.body}</span>
      <button class="text-button" @click=${() => (this.edited = reply)}>${msg('Edit')}</button>
      <button class="text-button" @click=${() => void this.#remove(reply)}>${msg('Remove')}</button>
    </li>`;
  }

  readonly #save = async (event: Event) => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => typedText(String(given.get(name) ?? ''));
    const [sent, { edited }] = [this.#draft.sent(), this];
    if (!(await this.inbox.attempt(() => this.inbox.api.writeReply(text('shortcut'), text('body'))))) return;
    this.#draft.done(sent);
    if (edited === this.edited) this.edited = undefined;
    await this.inbox.loadReplies();
  };

  async #remove({ id }: WireReply): Promise<void> {
    await this.inbox.attempt(() => this.inbox.api.removeReply(id));
    await this.inbox.loadReplies();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-replies-dialog': RepliesDialog;
  }
}
