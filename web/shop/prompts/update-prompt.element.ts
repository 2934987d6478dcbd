// <couture-update-prompt>: announces a new version of the shop, and reloads only when the shopper asks for it.
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { buttons, reset } from '../../styles/shared.styles.ts';
import { promptStyles } from './prompt.styles.ts';
import { PromptPlace } from './prompt-place.ts';

@localized()
@customElement('couture-update-prompt')
export class UpdatePrompt extends LitElement {
  static override styles = [reset, buttons, promptStyles];

  readonly #place = new PromptPlace(
    this,
    'update',
    () => this.turn !== undefined,
    () => this.#later(),
  );
  @state() private turn: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('couture-update-ready', this.#ready);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('couture-update-ready', this.#ready);
  }

  protected override render() {
    return html`<div role="status">
      ${
        this.turn && this.#place.isFree
          ? html`<aside aria-label=${msg('New version')}>
              <p>${msg('A new version of the shop is ready.')}</p>
              <div class="choices">
                <button class="button" @click=${this.turn}>${msg('Reload')}</button>
                <button class="button quiet" @click=${this.#later}>${msg('Later')}</button>
              </div>
            </aside>`
          : nothing
      }
    </div>`;
  }

  readonly #later = () => {
    this.turn = undefined;
  };

  readonly #ready = ({ detail }: CustomEvent<() => void>) => {
    this.turn = detail;
  };
}
