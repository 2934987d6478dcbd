// A value of the shop in a page of any direction: in one from right to left, "36–38" would read 38–36.
import { html, type TemplateResult } from 'lit';

export function ownDirection(value: string): TemplateResult {
  return html`<bdi dir="auto">${value}</bdi>`;
}
