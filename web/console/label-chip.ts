// A label as a coloured chip. Its colour follows from its name, so it is the same everywhere and nobody has to choose one.
import { css, html, type TemplateResult, unsafeCSS } from 'lit';
import type { WireLabel } from '../../runtime/contract/chat-label.ts';

/** Twelve colours are easy to tell apart; more are not. */
const hues = 12;

/** @param more content after the name, such as a button that removes the label */
export function labelChip({ name }: Pick<WireLabel, 'name'>, more: unknown = ''): TemplateResult {
  return html`<span class="label hue-${hueOf(name)}"><span dir="auto">${name}</span>${more}</span>`;
}

export const labelStyles = css`
  .label {
    display: inline-flex;
    align-items: center;
    max-width: 100%;
    border-radius: 1rem;
    padding: 0 0.55rem;
    /* Over light and dark alike. */
    background: hsl(var(--hue) 60% 50% / 0.2);
    color: var(--couture-ink);
    font: 500 0.75rem / 1.6 var(--couture-sans);
  }
  .label > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  ${unsafeCSS(Array.from({ length: hues }, (_, at) => `.hue-${at} { --hue: ${(at * 360) / hues}; }`).join('\n'))}
`;

/** FNV-1a over the name in lower case: labels are the same in any case. */
function hueOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name.toLowerCase()) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % hues;
}
