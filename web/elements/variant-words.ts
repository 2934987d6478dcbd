// Which variant of a product it is, in words: "Colour: Navy · Size: M".
import { msg, str } from '@lit/localize';
import { directionOf } from '../../runtime/contract/direction.ts';
import { isSize } from '../../runtime/contract/size-order.ts';
import { getLocale } from '../state/locale.ts';
import { type Options, unnamedOptions } from './unnamed-options.ts';

/** Colour and size, without what the name says; '' for nothing else. */
export function variantWords(product: Options): string {
  const { colour, size } = unnamedOptions(product);
  const words = [];
  if (colour) words.push(msg(str`Colour: ${colour}`));
  // Options that are no size name themselves: "M / Material: Linen".
  for (const part of size ? (isSize(size) ? [size] : size.split(' / ')) : [])
    words.push(isSize(part) ? msg(str`Size: ${part}`) : part);
  return words.join(' · ');
}

/** The name and the variant on one line, for labels and messages: "Juno Sundress in Rust, Size: M". */
export function fullName(product: Options): string {
  const words = variantWords(product);
  if (!words) return product.name;
  // Isolated, a Latin name leaves the order of the words after it to the page: "M" follows "المقاس:" to the left.
  return directionOf(getLocale()) === 'rtl'
    ? `\u2068${product.name}\u2069، ${words}`
    : `${product.name}, ${words}`;
}
