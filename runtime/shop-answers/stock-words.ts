// The sentence about a product's stock: by size, by colour and size, or as a whole.
import { compareSizes } from '../contract/size-order.ts';
import type { AnswerWords } from './answer-words.ts';
import type { Formats } from './formats.ts';

export interface StockVariant {
  readonly colour?: string;
  readonly size?: string;
  readonly in_stock: boolean;
}

export interface StockQuestion {
  readonly words: AnswerWords;
  readonly formats: Formats;
  /** The size that was asked for, as typed; undefined: any. */
  readonly wanted?: string | undefined;
}

export function stockWords(
  product: string,
  variants: readonly StockVariant[],
  { words, formats, wanted }: StockQuestion,
): string {
  const name = formats.name(product);
  const here = variants.filter(({ in_stock }) => in_stock);
  const sizes = unique(variants.map(({ size }) => size)).sort(compareSizes);
  const colours = unique(variants.map(({ colour }) => colour));
  if (sizes.length === 0) {
    if (here.length === 0) return words.soldOut(name);
    const named = unique(here.map(({ colour }) => colour));
    const gone = colours.filter((colour) => !named.includes(colour));
    return colours.length < 2 ? words.inStock(name) : words.sizes(name, formats.list(named), listed(gone));
  }
  const left = sizes.filter((size) => here.some((each) => each.size === size));
  const others = left.length === 0 ? undefined : formats.list(left);
  if (wanted) {
    const size = sizes.find((each) => isSame(each, wanted));
    if (size === undefined) return words.noSuchSize(name, formats.name(wanted), others);
    const inColours = unique(here.filter((each) => each.size === size).map(({ colour }) => colour));
    if (!left.includes(size)) return words.sizeSoldOut(name, size, others);
    return words.sizeInStock(name, size, colours.length > 1 ? formats.list(inColours) : undefined);
  }
  const gone = sizes.filter((size) => !left.includes(size));
  if (colours.length < 2 || here.length === 0) return words.sizes(name, others, listed(gone));
  const byColour = colours.flatMap((colour) => {
    const found = left.filter((size) => here.some((each) => each.colour === colour && each.size === size));
    return found.length === 0 ? [] : [words.sizesOfColour(formats.name(colour), found.join(', '))];
  });
  return words.sizes(name, formats.list(byColour), listed(gone));

  function listed(values: readonly string[]): string | undefined {
    return values.length === 0 ? undefined : formats.list(values);
  }
}

/** Whether two spellings name one size: case and spaces aside. */
export function isSame(one: string, other: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s.]+/g, '');
  return plain(one) === plain(other);
}

function unique(values: ReadonlyArray<string | undefined>): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
