// <couture-replies-dialog>: the canned replies of all agents: written, changed, removed.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { WireReply } from '../../runtime/contract/chat-console.ts';
import { longestMessage } from '../chat/composer.element.ts';
import { buttons, reset } from '../styles/shared.styles.ts';
import type { Desk } from './desk.ts';

@localized()
@customElement('couture-replies-dialog')
export class RepliesDialog extends LitElement {
  static override styles = [
    reset,
    buttons,
    css`
      dialog {
        width: min(40rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: 1.5rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: var(--couture-radius);
        background: var(--couture-surface);
        color: var(--couture-ink);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.4);
      }
      h2 {
        margin-block-end: 1rem;
        font: var(--couture-heading);
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
      form {
        display: grid;
        gap: 0.75rem;
      }
      label {
        display: grid;
        gap: 0.35rem;
        font: var(--couture-label);
      }
      input,
      textarea {
        min-height: var(--couture-touch);
        padding: 0.5rem 0.75rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: var(--couture-radius);
        background: var(--couture-paper);
        color: inherit;
        font: 400 1rem / 1.4 var(--couture-sans);
      }
      .choices {
        display: flex;
        gap: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) desk!: Desk;
  @state() private shortcut = '';
  @state() private body = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  show(): void {
    void this.desk.loadReplies();
    this.dialog.showModal();
  }

  protected override render() {
    const replies = this.desk?.replies ?? [];
    return html`<dialog aria-label=${msg('Canned replies')}>
      <h2>${msg('Canned replies')}</h2>
      ${replies.length === 0 ? html`<p>${msg('None yet. What is written here opens with / at the start of a message.')}</p>` : nothing}
      <ul>${replies.map((reply) => this.#reply(reply))}</ul>
      <form @submit=${this.#save}>
        <label>${msg('Shortcut')}<input required maxlength="40" pattern="[\\p{L}\\p{N}_\\-]+" .value=${this.shortcut} @input=${(event: Event) => (this.shortcut = (event.target as HTMLInputElement).value)} /></label>
        <label>${msg('Text')}<textarea required rows="3" maxlength=${longestMessage} .value=${this.body} @input=${(event: Event) => (this.body = (event.target as HTMLTextAreaElement).value)}></textarea></label>
        <div class="choices">
          <button class="button">${msg('Save')}</button>
          <button class="button quiet" type="button" @click=${() => this.dialog.close()}>${msg('Close')}</button>
        </div>
      </form>
    </dialog>`;
  }

  #reply(reply: WireReply) {
    const change = () => {
      this.shortcut = reply.shortcut;
      this.body = reply.body;
    };
    return html`<li>
      <strong>/${reply.shortcut}</strong><span>${reply.body}</span>
      <button class="text-button" @click=${change}>${msg('Change')}</button>
      <button class="text-button" @click=${() => void this.#remove(reply)}>${msg('Remove')}</button>
    </li>`;
  }

  readonly #save = async (event: Event) => {
    event.preventDefault();
    const { shortcut, body } = this;
    if (!(await this.desk.attempt(() => this.desk.api.writeReply(shortcut.trim(), body.trim())))) return;
    this.shortcut = '';
    this.body = '';
    await this.desk.loadReplies();
    this.requestUpdate();
  };

  async #remove({ id }: WireReply): Promise<void> {
    await this.desk.attempt(() => this.desk.api.removeReply(id));
    await this.desk.loadReplies();
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-replies-dialog': RepliesDialog;
  }
}
