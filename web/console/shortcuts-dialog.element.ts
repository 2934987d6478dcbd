// <couture-shortcuts-dialog>: the console's keyboard shortcuts, with a switch that turns off those of one character.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { buttons, dialogs, reset } from '../styles/shared.styles.ts';
import { characterSheet, hasCharacterKeys, setCharacterKeys, shortcutSheet } from './shortcuts.ts';

declare global {
  interface HTMLElementEventMap {
    /** Shortcuts of one character were turned on or off. */
    'couture-character-keys': CustomEvent<void>;
  }
}

@localized()
@customElement('couture-shortcuts-dialog')
export class ShortcutsDialog extends LitElement {
  static override styles = [
    reset,
    buttons,
    dialogs,
    css`
      :host {
        display: contents;
      }
      dl {
        display: grid;
        grid-template-columns: 5rem 1fr;
        gap: 0.35rem 1.25rem;
        margin-block-end: 1rem;
      }
      kbd {
        padding: 0.1rem 0.45rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: 3px;
        font: 500 0.8125rem / 1.5 ui-monospace, monospace;
        white-space: nowrap;
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-height: var(--couture-touch);
        font-weight: 500;
        cursor: pointer;
      }
      input {
        flex: none;
        width: 1.5rem;
        height: 1.5rem;
        margin: 0;
        accent-color: var(--couture-accent);
      }
      .why {
        margin-block-end: 0.75rem;
        color: var(--couture-muted);
        font: var(--couture-small);
      }
    `,
  ];

  @state() private characters = hasCharacterKeys();
  @query('dialog') private dialog!: HTMLDialogElement;

  show(): void {
    // Another tab may have changed it.
    this.characters = hasCharacterKeys();
    this.dialog.showModal();
  }

  protected override render() {
    return html`<dialog aria-label=${msg('Keyboard shortcuts')}>
      <h2>${msg('Keyboard shortcuts')}</h2>
      ${list(shortcutSheet())}
      <label><input type="checkbox" role="switch" aria-describedby="why" .checked=${this.characters} @change=${this.#turn} />${msg('Single-key shortcuts')}</label>
      <p class="why" id="why">${msg('For this device. Turn them off if you dictate or often press keys by mistake.')}</p>
      ${this.characters ? list(characterSheet()) : nothing}
      <button class="button" @click=${() => this.dialog.close()}>${msg('Close')}</button>
    </dialog>`;
  }

  readonly #turn = (event: Event) => {
    this.characters = (event.target as HTMLInputElement).checked;
    setCharacterKeys(this.characters);
    this.dispatchEvent(new CustomEvent('couture-character-keys'));
  };
}

function list(sheet: ReturnType<typeof shortcutSheet>): TemplateResult {
  return html`<dl>${sheet.map(([key, words]) => html`<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`)}</dl>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shortcuts-dialog': ShortcutsDialog;
  }
}
