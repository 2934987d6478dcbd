// What a shopper chooses between: the names of variants → colours as pictures, sizes and everything else as text.
import type { WireId } from '../../../../runtime/contract/product.ts';

export interface Variant {
  readonly id: WireId;
  readonly name: string;
  readonly image_url: string | null;
  readonly in_stock: boolean;
}

export interface Axis<V extends Variant> {
  /** What the values are, where the names say so. */
  readonly kind: 'colour' | 'size' | 'other';
  /** Whether a picture tells the values apart. */
  readonly pictured: boolean;
  /** Value of the current variant. */
  readonly chosen: string;
  readonly choices: ReadonlyArray<{ readonly value: string; readonly variant: V }>;
}

/** 36, 36–38, 4.5, 85 cm, XS … XXXL, one size. */
const size = /^(?:\d{1,3}(?:[.,]5)?(?:\s?[–-]\s?\d{1,3})?(?:\s?(?:cm|mm))?|x{0,4}[sl]|m|one size)$/i;

/**
 * Reads the axes from what the names differ in: "Ankle Socks in White, 36–38" has a colour and a size. Names that are
 * built differently make one axis.
 * @param variants all variants of a product, in the order to show them
 * @param id the variant that is shown
 */
export function variantAxes<V extends Variant>(variants: readonly V[], id: WireId): Axis<V>[] {
  const at = variants.findIndex((each) => each.id === id);
  if (variants.length < 2 || at < 0) return [];
  const names = variants.map(({ name }) => name);
  const shared = sharedStart(names);
  const differing = names.map((name) => name.slice(shared) || name);
  const split = differing.map((words) => words.split(/, | \/ /));
  const even =
    split.every((parts) => parts.length === split[0]!.length) && new Set(differing).size === names.length;
  const values = even ? split : differing.map((words) => [words]);
  const inColours = names.every((name) => /\sin\s$/.test(name.slice(0, shared)));
  return values[0]!.flatMap((_, axis) => {
    const distinct = [...new Set(values.map((parts) => parts[axis]!))];
    if (distinct.length < 2) return [];
    const choices = distinct.map((value) => ({ value, variant: closest(variants, values, axis, value, at) }));
    const isSize = distinct.every((value) => size.test(value));
    const kind = isSize ? 'size' : inColours && axis === 0 ? 'colour' : 'other';
    // Of colours every variant may have a picture of its own, also the sizes of one colour.
    const pictured =
      kind === 'colour'
        ? variants.every((each) => each.image_url !== null)
        : isPictured(variants, values, axis);
    return [{ kind, pictured, chosen: values[at]![axis]!, choices } as const];
  });
}

/** The variant with this value that shares most other values with the current one; of those, one in stock. */
function closest<V extends Variant>(
  variants: readonly V[],
  values: readonly string[][],
  axis: number,
  value: string,
  at: number,
): V {
  const current = values[at]!;
  if (current[axis] === value) return variants[at]!;
  const rated = variants.map((variant, each) => {
    const shared = values[each]!.filter((part, other) => other !== axis && part === current[other]).length;
    return { variant, rank: values[each]![axis] === value ? 1 + 2 * shared + Number(variant.in_stock) : 0 };
  });
  return rated.reduce((best, each) => (each.rank > best.rank ? each : best)).variant;
}

/** Whether the pictures differ along this axis, and along it alone. */
function isPictured(variants: readonly Variant[], values: readonly string[][], axis: number): boolean {
  const pictures = new Map<string, string>();
  for (const [at, { image_url }] of variants.entries()) {
    const value = values[at]![axis]!;
    if (image_url === null || (pictures.get(value) ?? image_url) !== image_url) return false;
    pictures.set(value, image_url);
  }
  return new Set(pictures.values()).size === pictures.size;
}

/** Length of the whole words that all names start with. */
function sharedStart(names: readonly string[]): number {
  const [first = ''] = names;
  let at = 0;
  while (at < first.length && names.every((name) => name[at] === first[at])) at += 1;
  return first.slice(0, at).lastIndexOf(' ') + 1;
}
