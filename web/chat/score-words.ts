// The five scores of a chat's rating: a face and a word each.
import { msg } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';

/** Score → how the mouth goes, from one corner over the middle to the other. */
const mouths = [
  'M8 17 Q12 12.5 16 17',
  'M8 16.5 Q12 14 16 16.5',
  'M8 16 H16',
  'M8 15 Q12 17.5 16 15',
  'M7.5 14.5 Q12 20 16.5 14.5 Z',
];

/** A drawing, since not every device has emoji. @param score from 1 to 5 */
export function scoreFace(score: number): TemplateResult {
  return html`<svg viewBox="0 0 24 24" width="28" height="28" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    <circle cx="12" cy="12" r="10"></circle>
    <path d="M8.5 9.5 V10 M15.5 9.5 V10"></path>
    ${score === 1 ? svg`<path d="M7 7 L10 8.5 M17 7 L14 8.5"></path>` : nothing}
    <path d=${mouths[score - 1] ?? ''}></path>
  </svg>`;
}

export function scoreWords(score: number): string {
  switch (score) {
    case 1:
      return msg('Very bad');
    case 2:
      return msg('Bad');
    case 3:
      return msg('Okay');
    case 4:
      return msg('Good');
    default:
      return msg('Very good');
  }
}
