// <couture-command-palette>: finds chats and commands by a few letters, with the keyboard alone or by touch: an editable combobox
// whose list is always open, in a dialog that returns the focus.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import { icon } from '../elements/icon.ts';
import { pressedKey } from '../elements/pressed-key.ts';
import { formatCount } from '../state/locale.ts';
import { dialogs, fields, reset } from '../styles/shared.styles.ts';
import { type Command, type CommandTargets, commandsFor } from './commands.ts';
import { hasCharacterKeys } from './shortcuts.ts';

/** Milliseconds after the last key before messages are searched. */
const searchPause = 250;

@localized()
@customElement('couture-command-palette')
export class CommandPalette extends LitElement {
  static override styles = [
    reset,
    fields,
    dialogs,
    css`
      :host {
        display: contents;
        --dialog-width: 36rem;
      }
      dialog {
        margin-block-start: min(6rem, 6dvh);
        padding: 0;
      }
      .top {
        display: flex;
        gap: 0.25rem;
        padding: 0.75rem;
        border-block-end: 1px solid var(--couture-line);
      }
      .close {
        display: grid;
        flex: none;
        place-items: center;
        width: var(--couture-touch);
        height: var(--couture-touch);
        border: 0;
        background: none;
        cursor: pointer;
      }
      ul {
        max-height: min(24rem, 60dvh);
        overflow-y: auto;
        padding: 0.35rem;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 1rem;
        align-items: center;
        min-height: var(--couture-touch);
        padding: 0.3rem 0.6rem;
        border-radius: var(--couture-radius);
        cursor: pointer;
      }
      li[aria-selected='true'] {
        background: var(--couture-tint);
        outline: 2px solid var(--couture-accent);
        outline-offset: -2px;
      }
      .words,
      .about {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .words {
        font-weight: 500;
      }
      .about {
        grid-column: 1;
        color: var(--couture-muted);
        font: var(--couture-small);
      }
      kbd {
        grid-column: 2;
        grid-row: 1 / 3;
        min-width: 1.6rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: 3px;
        font: 500 0.8125rem / 1.5 ui-monospace, monospace;
        text-align: center;
      }
      .none {
        padding: 1rem;
        color: var(--couture-muted);
      }
    `,
  ];

  @state() private targets: CommandTargets | undefined;
  @state() private typed = '';
  @state() private chosen = 0;
  @state() private found: readonly ListedWireSession[] = [];
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('input') private field!: HTMLInputElement;
  #commands: readonly Command[] = [];
  #searching: ReturnType<typeof setTimeout> | undefined;

  async show(targets: CommandTargets): Promise<void> {
    this.targets = targets;
    this.#type('');
    await this.updateComplete;
    this.field.value = '';
    this.dialog.showModal();
  }

  protected override render() {
    this.#commands = this.targets ? commandsFor(this.targets, this.typed, this.found) : [];
    const chosen = this.#commands[this.chosen];
    return html`<dialog aria-label=${msg('Commands')} @close=${() => (this.targets = undefined)}>
      <div class="top"><input
        class="field"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        aria-label=${msg('Find a chat or a command')}
        placeholder=${msg('Find a chat or a command')}
        aria-autocomplete="list"
        aria-expanded=${this.#commands.length > 0}
        aria-controls="commands"
        aria-activedescendant=${chosen ? chosen.id : nothing}
        @input=${() => this.#type(this.field.value)}
        @keydown=${this.#key}
      /><button class="close" aria-label=${msg('Close')} @click=${() => this.dialog.close()}>${icon('close')}</button></div>
      <ul id="commands" role="listbox" aria-label=${msg('Commands')}>${this.#commands.map((command, at) => this.#option(command, at))}</ul>
      ${this.#commands.length === 0 ? html`<p class="none">${msg('Nothing found.')}</p>` : nothing}
      <div class="visually-hidden" role="status">${this.typed === '' ? '' : msg(str`Results: ${formatCount(this.#commands.length)}`)}</div>
    </dialog>`;
  }

  protected override updated(): void {
    this.renderRoot.querySelector("[aria-selected='true']")?.scrollIntoView({ block: 'nearest' });
  }

  #option(command: Command, at: number): TemplateResult {
    const { id, words, about, key } = command;
    return html`<li id=${id} role="option" aria-selected=${at === this.chosen} @click=${() => this.#run(command)}>
      <span class="words"><bdi>${words}</bdi></span>
      <span class="about">${about}</span>
      ${key && hasCharacterKeys() ? html`<kbd>${key}</kbd>` : nothing}
    </li>`;
  }

  readonly #key = (event: KeyboardEvent) => {
    const key = pressedKey(event);
    const last = this.#commands.length - 1;
    const to = {
      ArrowDown: this.chosen >= last ? 0 : this.chosen + 1,
      ArrowUp: this.chosen <= 0 ? last : this.chosen - 1,
      PageDown: Math.min(last, this.chosen + 8),
      PageUp: Math.max(0, this.chosen - 8),
    }[key];
    const command = this.#commands[this.chosen];
    if (to !== undefined) this.chosen = Math.max(0, to);
    else if (key === 'Enter' && command) this.#run(command);
    else return;
    event.preventDefault();
  };

  /** Closes first, so that the focus has returned before the command moves it. */
  #run(command: Command): void {
    this.dialog.close();
    command.run();
  }

  #type(typed: string): void {
    this.typed = typed.trim();
    this.chosen = 0;
    this.found = [];
    clearTimeout(this.#searching);
    const { typed: words } = this;
    if (words.length < 2) return;
    this.#searching = setTimeout(async () => {
      const page = await this.targets?.inbox.api.list('all', { q: words }).catch(() => undefined);
      if (page && words === this.typed) this.found = page.sessions;
    }, searchPause);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-command-palette': CommandPalette;
  }
}
