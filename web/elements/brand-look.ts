// The shop's colours and fonts on a page of couture's own, in place of those of styles/tokens.css. Written as properties, since
// the content security policy allows no style of the document's own.
import { identity } from '../state/identity.ts';

export function showBrand(): void {
  apply();
  identity.subscribe(apply);
}

function apply(): void {
  const { colors, font_family } = identity.brand ?? {};
  set('--couture-brand-light', colors?.light);
  set('--couture-brand-dark', colors?.dark);
  set('--couture-on-brand-light', colors?.on_light);
  set('--couture-on-brand-dark', colors?.on_dark);
  set('--couture-brand-fill', colors?.fill);
  set('--couture-on-brand-fill', colors?.on_fill);
  set('--couture-sans', font_family);
  set('--couture-display', font_family);
}

function set(name: string, value: string | null | undefined): void {
  const { style } = document.documentElement;
  if (value) style.setProperty(name, value);
  else style.removeProperty(name);
}
