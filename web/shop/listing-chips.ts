// The active filters above a list whose filter panel is closed, each with a button that removes it: a shared link, or a list with few
// items, explains itself.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../elements/icon.ts';
import { ownDirection } from '../elements/own-direction.ts';
import { contentLang } from '../state/content-lang.ts';
import { centsOf, formatCents } from '../state/money.ts';
import { facetNames } from './listing-facets.ts';

/** Changes of the query: parameters and their new values. */
type Turn = (changes: Record<string, string | readonly string[]>) => void;

interface Chip {
  readonly key: string;
  readonly words: string;
  /** Whether the words are the shop's, in the language of its catalogue. */
  readonly isContent?: boolean;
  readonly changes: Record<string, string | readonly string[]>;
}

/** @param chosen the chosen values of a facet */
export function filterChips(
  query: URLSearchParams,
  chosen: (name: (typeof facetNames)[number]) => readonly string[],
  turn: Turn,
): TemplateResult | typeof nothing {
  const chips = chipsOf(query, chosen);
  if (chips.length === 0) return nothing;
  return html`<ul class="chips" aria-label=${msg('Active filters')}>
    ${repeat(
      chips,
      ({ key }) => key,
      ({ words, isContent, changes }) => html`<li>
        <button class="chip" aria-label=${msg(str`Remove filter: ${words}`)} @click=${() => turn(changes)}>
          <span lang=${(isContent ? contentLang() : undefined) ?? nothing}>${isContent ? ownDirection(words) : words}</span> ${icon('close', 16)}
        </button>
      </li>`,
    )}
  </ul>`;
}

function chipsOf(
  query: URLSearchParams,
  chosen: (name: (typeof facetNames)[number]) => readonly string[],
): Chip[] {
  const plain = (name: string, words: (value: string) => string): Chip[] => {
    const value = query.get(name);
    return value ? [{ key: name, words: words(value), changes: { [name]: '' } }] : [];
  };
  const price = (value: string) => formatCents(centsOf(Number(value)));
  return [
    ...plain('on_sale', () => msg('On sale')),
    ...plain('in_stock', () => msg('In stock')),
    ...plain('min_price', (value) => msg(str`From ${price(value)}`)),
    ...plain('max_price', (value) => msg(str`Up to ${price(value)}`)),
    ...facetNames.flatMap((name) => {
      const values = chosen(name);
      return values.map((value): Chip => {
        const others = values.filter((each) => each !== value);
        return { key: `${name} ${value}`, words: value, isContent: true, changes: { [name]: others } };
      });
    }),
  ];
}

export const chipStyles = css`
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-end: 1.5rem;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    max-width: 100%;
    min-height: var(--couture-touch);
    padding: 0.3rem 0.75rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: var(--couture-radius);
    background: var(--couture-tint);
    color: inherit;
    font: 500 0.9375rem / 1.2 var(--couture-sans);
    overflow-wrap: anywhere;
    text-align: start;
    cursor: pointer;
  }
  .chip .icon {
    flex: none;
  }
  @media (hover: hover) {
    .chip:hover {
      border-color: var(--couture-ink);
    }
  }
`;
