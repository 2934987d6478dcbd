// The variants of a product as links: colours as pictures, sizes and everything else as text.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ProductDetail } from '../../../../runtime/contract/catalogue.ts';
import type { ProductCard } from '../../../../runtime/contract/product.ts';
import { isSize } from '../../../../runtime/contract/size-order.ts';
import { titledOption } from '../../../../runtime/contract/titled-option.ts';
import '../../../elements/product-picture.element.ts';
import { ownDirection } from '../../../elements/own-direction.ts';
import { type Axis, unchosenOptions, variantAxes } from './variant-axes.ts';

type Choose = (variant: ProductCard) => void;

/**
 * The choices, and the colour and size of a product that has no others.
 * @param choose shows a variant in place; new tabs and windows are left to the browser
 */
export function variantChooser(product: ProductDetail, choose: Choose): TemplateResult | typeof nothing {
  const axes = variantAxes(product.variants, product.id);
  const only = [
    ...(product.colour === undefined || axes.some(({ kind }) => kind === 'colour')
      ? []
      : [axisWords({ kind: 'colour', chosen: product.colour })]),
    ...unchosenOptions(product.size, axes).map((chosen) => axisWords({ kind: 'size', ...titled(chosen) })),
  ];
  if (axes.length + only.length === 0) return nothing;
  return html`<nav class="variants" aria-label=${msg('Variants')}>
    ${axes.map(
      (axis, at) => html`<p class="axis" id="axis-${at}">${axisWords(axis)}</p>
        <ul aria-labelledby="axis-${at}">
          ${axis.choices.map(({ value, variant }) => html`<li>${choice(value, variant, axis, choose)}</li>`)}
        </ul>`,
    )}
    ${only.length > 0 ? html`<p class="axis">${only.join(' · ')}</p>` : nothing}
  </nav>`;
}

function choice(
  value: string,
  variant: ProductCard,
  { kind, pictured, chosen }: Axis<ProductCard>,
  choose: Choose,
): TemplateResult {
  const label = variant.in_stock ? value : msg(str`${value}, sold out`);
  const swatch = kind === 'colour' ? variant.swatch : undefined;
  const click = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    choose(variant);
  };
  return html`<a
    href=${variant.url}
    class="${pictured ? 'swatch' : 'words'} ${variant.in_stock ? '' : 'sold-out'}"
    aria-current=${value === chosen ? 'true' : nothing}
    aria-label=${label}
    title=${label}
    @click=${click}
    >${
      pictured
        ? html`<couture-product-picture .src=${variant.image_url}></couture-product-picture>`
        : html`${swatch ? html`<span class="dot" aria-hidden="true" .style=${`background:${swatch}`}></span>` : nothing}${ownDirection(value)}`
    }</a
  >`;
}

type Chosen = Pick<Axis<ProductCard>, 'kind' | 'title' | 'chosen'>;

function titled(option: string): Omit<Chosen, 'kind'> {
  const { value, ...title } = titledOption(option);
  return { ...title, chosen: value };
}

function axisWords({ kind, title, chosen }: Chosen): string {
  if (title) return `${title}: ${chosen}`;
  if (kind === 'colour') return msg(str`Colour: ${chosen}`);
  return kind === 'size' && isSize(chosen) ? msg(str`Size: ${chosen}`) : msg(str`Option: ${chosen}`);
}

export const variantStyles = css`
  .variants {
    display: grid;
    gap: 0.5rem;
  }
  .variants ul {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }
  .variants ul + .axis {
    margin-block-start: 0.5rem;
  }
  .axis {
    font: var(--couture-small);
    overflow-wrap: anywhere;
  }
  .variants a {
    display: block;
    border: 1px solid transparent;
    border-radius: var(--couture-radius);
    text-decoration: none;
  }
  .variants .swatch {
    width: 3.5rem;
    padding: 2px;
  }
  .variants .words {
    min-width: var(--couture-touch);
    min-height: var(--couture-touch);
    padding: 0.6rem 0.75rem;
    border-color: var(--couture-line-strong);
    font: 500 0.9375rem / 1.45 var(--couture-sans);
    text-align: center;
    overflow-wrap: anywhere;
  }
  .variants .dot {
    display: inline-block;
    width: 1em;
    height: 1em;
    margin-inline-end: 0.5em;
    border: 1px solid var(--couture-line-strong);
    border-radius: 50%;
    vertical-align: -0.1em;
  }
  .variants a:hover {
    border-color: var(--couture-accent);
  }
  .variants a[aria-current] {
    border-color: var(--couture-ink);
    box-shadow: inset 0 0 0 1px var(--couture-ink);
  }
  .variants .sold-out {
    color: var(--couture-muted);
    text-decoration: line-through;
  }
  .variants .swatch.sold-out couture-product-picture {
    opacity: 0.45;
  }
`;
