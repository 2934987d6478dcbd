// <couture-list-filters>: narrows the console's lists to a team and to a label.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { Follow } from '../state/store.ts';
import { fields, reset } from '../styles/shared.styles.ts';
import type { Inbox } from './inbox.ts';

@localized()
@customElement('couture-list-filters')
export class ListFilters extends LitElement {
  static override styles = [
    reset,
    fields,
    css`
      .selects {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr));
        gap: 0.5rem;
        margin: 0 0.6rem 0.6rem;
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;

  constructor() {
    super();
    new Follow(this, () => this.inbox);
  }

  protected override render() {
    const { teams, labels, team, label } = this.inbox;
    if (teams.length === 0 && labels.length === 0) return nothing;
    return html`<div class="selects">
      ${
        teams.length > 0
          ? html`<div class="field"><select aria-label=${msg('Team')} .value=${live(team ?? '')} @change=${(event: Event) => this.inbox.filter(chosenIn(event))}>
              <option value="">${msg('All teams')}</option>
              ${teams.map(({ id, name, mine }) => html`<option value=${id} ?selected=${team === id}>${mine ? msg(str`${name} (your team)`) : name}</option>`)}
            </select></div>`
          : nothing
      }
      ${
        labels.length > 0
          ? html`<div class="field"><select aria-label=${msg('Label')} .value=${live(String(label ?? ''))} @change=${(event: Event) => void this.inbox.filterLabel(Number(chosenIn(event)) || undefined)}>
              <option value="">${msg('All labels')}</option>
              ${labels.map(({ id, name }) => html`<option value=${id} ?selected=${label === id}>${name}</option>`)}
            </select></div>`
          : nothing
      }
    </div>`;
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
