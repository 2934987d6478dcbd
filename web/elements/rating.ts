// A rating out of five as stars, with a label for screen readers.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatLocale } from '../state/locale.ts';

export const ratingStyles = css`
  .rating {
    display: inline-flex;
    align-items: center;
    gap: 0.35em;
    color: var(--couture-muted, #655d52);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
    white-space: nowrap;
  }
  .rating svg {
    width: 4.6em;
    height: 0.9em;
  }
  .rating .empty {
    fill: var(--couture-line, #e3dccf);
  }
  .rating .full {
    fill: var(--couture-ink, #17130f);
  }
`;

const star = 'M8 .8l2.1 4.6 5 .6-3.7 3.4 1 5L8 11.9l-4.4 2.5 1-5L.9 6l5-.6z';

/** Renders nothing without reviews. */
export function ratingOf(rating: number, count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  const words = new Intl.NumberFormat(formatLocale(), { maximumFractionDigits: 1 }).format(rating);
  const label =
    count === 1
      ? msg(str`Rated ${words} out of 5, 1 review`)
      : msg(str`Rated ${words} out of 5, ${formatCount(count)} reviews`);
  const starred = (index: number) => Math.max(0, Math.min(1, rating - index));
  return html`<span class="rating"
    ><svg viewBox="0 0 84 16" role="img" aria-label=${label}>
      ${[0, 1, 2, 3, 4].map(
        (
          index,
        ) => html`<svg x=${index * 17} y="0" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path class="empty" d=${star}></path>
          <svg width=${16 * starred(index)} height="16" overflow="hidden"><path class="full" d=${star}></path></svg>
        </svg>`,
      )}</svg
    ><span aria-hidden="true">(${formatCount(count)})</span></span
  >`;
}
