// <couture-list-filters>: narrows the console's lists to a team and to a label, and keeps the agent's saved filters.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { WireFilter } from '../../runtime/contract/chat-filter.ts';
import { maxLabelLength } from '../../runtime/contract/chat-values.ts';
import { typedLine } from '../../runtime/contract/text.ts';
import { icon } from '../elements/icon.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { pressedKey } from '../elements/pressed-key.ts';
import { Follow } from '../state/store.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import type { Inbox } from './inbox.ts';
import type { SavedFilters } from './saved-filters.ts';

declare global {
  interface HTMLElementEventMap {
    'couture-apply-filter': CustomEvent<WireFilter>;
  }
}

@localized()
@customElement('couture-list-filters')
export class ListFilters extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    css`
      .selects {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr));
        gap: 0.5rem;
        margin: 0 0.6rem 0.6rem;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem;
        margin: 0 0.6rem 0.6rem;
      }
      li {
        display: flex;
        max-width: 100%;
        border: 1px solid var(--couture-line-strong);
        border-radius: 1rem;
      }
      li.shown {
        border-color: var(--couture-accent);
        background: var(--couture-tint);
      }
      li button {
        min-width: 2rem;
        min-height: 2rem;
        overflow: hidden;
        padding: 0 0.4rem;
        border: 0;
        background: none;
        font: 500 0.8125rem / 1.3 var(--couture-sans);
        text-overflow: ellipsis;
        white-space: nowrap;
        cursor: pointer;
      }
      li button:first-child {
        padding-inline-start: 0.75rem;
      }
      li.save button {
        padding-inline: 0.75rem;
        color: var(--couture-muted);
      }
      li.save {
        border-style: dashed;
      }
      form {
        display: flex;
        gap: 0.5rem;
        margin: 0 0.6rem 0.6rem;
      }
      form .button {
        padding-inline: 0.9rem;
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  @property({ attribute: false }) saved!: SavedFilters;
  @state() private naming = false;
  @query('form input') private field!: HTMLInputElement | null;

  constructor() {
    super();
    new KeepFocus(this, 'input', 'li.save button', 'li button', 'select');
    new Follow(this, () => this.inbox);
    new Follow(this, () => this.saved);
  }

  /** Asks for a name, and saves what the lists show. */
  async name(): Promise<void> {
    this.naming = true;
    await this.updateComplete;
    this.field?.focus();
  }

  protected override render() {
    const { teams, labels, team, label } = this.inbox;
    return html`${
      teams.length > 0 || labels.length > 0
        ? html`<div class="selects">
            ${
              teams.length > 0
                ? html`<div class="field"><select aria-label=${msg('Team')} .value=${live(team ?? '')} @change=${(event: Event) => void this.inbox.narrow(chosenIn(event), label)}>
                    <option value="">${msg('All teams')}</option>
                    ${teams.map(({ id, name, mine }) => html`<option value=${id} ?selected=${team === id}>${mine ? msg(str`${name} (your team)`) : name}</option>`)}
                  </select></div>`
                : nothing
            }
            ${
              labels.length > 0
                ? html`<div class="field"><select aria-label=${msg('Label')} .value=${live(String(label ?? ''))} @change=${(event: Event) => void this.inbox.narrow(team, Number(chosenIn(event)) || undefined)}>
                    <option value="">${msg('All labels')}</option>
                    ${labels.map(({ id, name }) => html`<option value=${id} ?selected=${label === id}>${name}</option>`)}
                  </select></div>`
                : nothing
            }
          </div>`
        : nothing
    }${this.naming ? this.#form() : this.#filters()}`;
  }

  #filters(): TemplateResult | typeof nothing {
    const { filters, isFiltered } = this.saved;
    const isSaved = filters.some((each) => this.saved.isShown(each));
    const offers = isFiltered && !isSaved;
    if (filters.length === 0 && !offers) return nothing;
    return html`<ul aria-label=${msg('Saved filters')}>
      ${filters.map((filter) => {
        const shown = this.saved.isShown(filter);
        return html`<li class=${shown ? 'shown' : ''}>
          <button dir="auto" aria-pressed=${shown} @click=${() => this.#apply(filter)}>${filter.name}</button>
          <button aria-label=${msg(str`Remove filter ${filter.name}`)} @click=${() => void this.saved.remove(filter.id)}>${icon('close', 12)}</button>
        </li>`;
      })}
      ${offers ? html`<li class="save"><button @click=${() => void this.name()}>${msg('Save filter')}</button></li>` : nothing}
    </ul>`;
  }

  #form(): TemplateResult {
    const cancel = (event: KeyboardEvent) => {
      if (pressedKey(event) !== 'Escape') return;
      event.stopPropagation();
      this.naming = false;
    };
    return html`<form @submit=${this.#save} @keydown=${cancel}>
      <input class="field" required maxlength=${maxLabelLength} autocomplete="off" aria-label=${msg('Name of the filter')} placeholder=${msg('Name of the filter')} />
      <button class="button">${msg('Save')}</button>
    </form>`;
  }

  readonly #save = async (event: Event) => {
    event.preventDefault();
    const name = typedLine(this.field?.value ?? '');
    if (name !== '' && (await this.saved.save(name))) this.naming = false;
  };

  #apply(filter: WireFilter): void {
    this.dispatchEvent(new CustomEvent('couture-apply-filter', { detail: filter }));
  }
}

function chosenIn(event: Event): string | undefined {
  return (event.target as HTMLSelectElement).value || undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-list-filters': ListFilters;
  }
}
