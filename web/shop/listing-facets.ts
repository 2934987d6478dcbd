// The colours, sizes and other options of a category or search as checkboxes, several of each, with the number of products.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CatalogueFacets, FacetValue } from '../../runtime/contract/catalogue.ts';
import { compareSizes } from '../../runtime/contract/size-order.ts';
import { byTitle, titledOption } from '../../runtime/contract/titled-option.ts';
import { ownDirection } from '../elements/own-direction.ts';
import { contentLang } from '../state/content-lang.ts';
import { formatCount } from '../state/locale.ts';

export const facetNames = ['colour', 'size', 'option'] as const;
export type FacetName = (typeof facetNames)[number];

type Choose = (facet: FacetName, chosen: readonly string[]) => void;

/**
 * @param chosen names of the chosen values; those that the list no longer has are shown with 0
 * @param choose called with all chosen values of a facet
 */
export function facetFields(
  { colours, sizes, options }: CatalogueFacets,
  chosen: Readonly<Record<FacetName, readonly string[]>>,
  choose: Choose,
): TemplateResult {
  const bySize = withChosen(sizes, chosen.size).sort((one, other) => compareSizes(one.name, other.name));
  return html`${facet('colour', msg('Colour'), withChosen(colours, chosen.colour), chosen.colour, choose)}
  ${facet('size', msg('Size'), bySize, chosen.size, choose)}
  ${repeat(
    optionFacets(withChosen(options, chosen.option)),
    ([title]) => title,
    ([title, values]) =>
      facet('option', title === undefined ? msg('Options') : ownWords(title), values, chosen.option, choose),
  )}`;
}

/**
 * Title → the options that have it: "Material: Linen" and "Material: Wool" are one facet. In an order that no choice changes, since
 * what moves loses the focus; those without a title come last.
 */
function optionFacets(options: readonly FacetValue[]): Array<[title: string | undefined, FacetValue[]]> {
  const titled = [...byTitle(options, ({ name }) => name)];
  return titled.sort(([one], [other]) =>
    one && other ? one.localeCompare(other) : Number(!one) - Number(!other),
  );
}

function withChosen(values: readonly FacetValue[], chosen: readonly string[]): FacetValue[] {
  const known = new Set(values.map(({ name }) => name));
  return [...values, ...chosen.filter((name) => !known.has(name)).map((name) => ({ name, count: 0 }))];
}

/** In the shop's own language. */
function ownWords(text: string): TemplateResult {
  return html`<span lang=${contentLang() ?? nothing}>${ownDirection(text)}</span>`;
}

function facet(
  name: FacetName,
  words: string | TemplateResult,
  values: readonly FacetValue[],
  chosen: readonly string[],
  choose: Choose,
): TemplateResult | typeof nothing {
  if (values.length === 0) return nothing;
  const toggle = (value: string, isChosen: boolean) =>
    choose(name, isChosen ? [...chosen, value] : chosen.filter((each) => each !== value));
  return html`<fieldset class="facet">
    <legend>${words}</legend>
    ${repeat(
      values,
      (value) => value.name,
      ({ name: value, count, swatch }) => html`<label class="value">
        <input
          type="checkbox"
          .checked=${chosen.includes(value)}
          @change=${(event: Event) => toggle(value, (event.target as HTMLInputElement).checked)}
        />
        ${swatch ? html`<span class="dot" aria-hidden="true" .style=${`background:${swatch}`}></span>` : nothing}
        ${ownWords(name === 'option' ? titledOption(value).value : value)}
        <bdi class="count">(${formatCount(count)})</bdi>
      </label>`,
    )}
  </fieldset>`;
}

export const facetStyles = css`
  .facet {
    display: flex;
    flex: 1 1 100%;
    /* Room for outlines, which the overflow would cut. */
    margin-inline: -0.25rem;
    flex-wrap: wrap;
    gap: 0.5rem;
    min-width: 0;
    max-height: 15rem;
    padding: 0.25rem;
    overflow-y: auto;
  }
  .facet legend {
    font: var(--couture-small);
  }
  .facet .value {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    min-height: var(--couture-touch);
    padding-inline: 0.75rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: var(--couture-radius);
    font: 500 0.9375rem / 1.2 var(--couture-sans);
    cursor: pointer;
  }
  .facet input {
    width: 1.1rem;
    height: 1.1rem;
    margin: 0;
    accent-color: var(--couture-accent);
  }
  .facet .value:focus-within {
    border-color: var(--couture-ink);
  }
  .facet .dot {
    flex: none;
    width: 1rem;
    height: 1rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: 50%;
  }
  .facet .count {
    color: var(--couture-muted);
    font: var(--couture-small);
  }
`;
