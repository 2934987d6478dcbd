// The variants of a product as links: colours as pictures, sizes and everything else as text.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ProductDetail } from '../../../../runtime/contract/catalogue.ts';
import type { ProductCard } from '../../../../runtime/contract/product.ts';
import '../../../elements/product-picture.element.ts';
import { type Axis, variantAxes } from './variant-axes.ts';

type Choose = (variant: ProductCard) => void;

/** @param choose shows a variant in place; new tabs and windows are left to the browser */
export function variantChooser(
  { id, variants }: ProductDetail,
  choose: Choose,
): TemplateResult | typeof nothing {
  const axes = variantAxes(variants, id);
  if (axes.length === 0) return nothing;
  return html`<nav class="variants" aria-label=${msg('Variants')}>
    ${axes.map(
      (axis) => html`<p class="axis">${axisWords(axis)}</p>
        <ul>
          ${axis.choices.map(({ value, variant }) => html`<li>${choice(value, variant, axis, choose)}</li>`)}
        </ul>`,
    )}
  </nav>`;
}

function choice(
  value: string,
  variant: ProductCard,
  { pictured, chosen }: Axis<ProductCard>,
  choose: Choose,
): TemplateResult {
  const label = variant.in_stock ? value : msg(str`${value}, sold out`);
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
    >${pictured ? html`<couture-product-picture .src=${variant.image_url}></couture-product-picture>` : value}</a
  >`;
}

function axisWords({ kind, chosen }: Axis<ProductCard>): string {
  if (kind === 'colour') return msg(str`Colour: ${chosen}`);
  return kind === 'size' ? msg(str`Size: ${chosen}`) : chosen;
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
