// What a shopper chooses between: the colours and sizes of variants, or, where the shop doesn't state them, what their names
// differ in → colours as pictures or swatches, sizes and everything else as text.
import type { WireId } from '../../../../runtime/contract/product.ts';
import { compareSizes, isSize } from '../../../../runtime/contract/size-order.ts';
import { titledOption } from '../../../../runtime/contract/titled-option.ts';

export interface Variant {
  readonly id: WireId;
  readonly name: string;
  readonly image_url: string | null;
  readonly in_stock: boolean;
  readonly colour?: string | undefined;
  readonly size?: string | undefined;
  readonly swatch?: string | undefined;
}

export interface Axis<V extends Variant> {
  /** What the values are, where the shop or the names say so. */
  readonly kind: 'colour' | 'size' | 'other';
  /** The shop's title of another option, such as "Material". */
  readonly title?: string;
  /** Whether a picture tells the values apart. */
  readonly pictured: boolean;
  /** Value of the current variant. */
  readonly chosen: string;
  readonly choices: ReadonlyArray<{ readonly value: string; readonly variant: V }>;
}

/** An axis before its choices: the value of each variant. */
interface Column {
  readonly kind: 'colour' | 'size' | 'other';
  readonly title?: string;
  readonly isStated: boolean;
  readonly values: readonly string[];
}

/** 36, 36–38, 4.5, 85 cm, XS … XXXL, one size. */
const size = /^(?:\d{1,3}(?:[.,]5)?(?:\s?[–-]\s?\d{1,3})?(?:\s?(?:cm|mm))?|x{0,4}[sl]|m|one size)$/i;

/**
 * Reads the axes from colours and sizes that all variants state. If those leave variants alike, names tell the rest apart:
 * "Ankle Socks in White, 36–38" has a colour and a size. Names that are built differently make one axis.
 * @param variants all variants of a product, in the order to show them
 * @param id the variant that is shown
 */
export function variantAxes<V extends Variant>(variants: readonly V[], id: WireId): Axis<V>[] {
  const at = variants.findIndex((each) => each.id === id);
  if (variants.length < 2 || at < 0) return [];
  const stated = statedColumns(variants);
  const columns = isComplete(stated, variants.length)
    ? stated
    : [...stated, ...namedColumns(variants).filter(({ values }) => !follows(values, stated))];
  return columns.flatMap(({ kind, title, isStated, values }, axis) => {
    const distinct = [...new Set(values)];
    if (distinct.length < 2) return [];
    // Other options stay in the order of the shop.
    if (isStated && distinct.every(isSize)) distinct.sort(compareSizes);
    const choices = distinct.map((value) => ({
      value,
      variant: closest(variants, columns, axis, value, at),
    }));
    const pictured =
      kind !== 'colour'
        ? isPictured(variants, values)
        : isStated
          ? havePictures(choices.map(({ variant }) => variant))
          : // Every variant may have a picture of its own, also the sizes of one colour.
            variants.every((each) => each.image_url !== null);
    return [{ kind, ...(title ? { title } : {}), pictured, chosen: values[at]!, choices } as const];
  });
}

/** The size of a variant and the options after it that no axis shows, since they are the same for all variants. */
export function unchosenOptions(
  size: string | undefined,
  axes: ReadonlyArray<Pick<Axis<Variant>, 'chosen'>>,
): string[] {
  if (size === undefined) return [];
  // Options of which one follows from the other are one choice: "Material: Linen / Lining: Silk".
  const isShown = (option: string) => axes.some(({ chosen }) => chosen === titledOption(option).value);
  if (isShown(size)) return [];
  return (isSize(size) ? [size] : size.split(' / ')).filter((part) => !isShown(part));
}

function statedColumns(variants: readonly Variant[]): Column[] {
  return (['colour', 'size'] as const).flatMap((kind) => {
    const values = variants.flatMap((each) => each[kind] ?? []);
    if (values.length < variants.length) return [];
    return kind === 'size' ? optionColumns(values) : [{ kind, isStated: true, values }];
  });
}

/** Further options stand after the size: "M / Material: Linen". */
function optionColumns(values: readonly string[]): Column[] {
  const parts = values.map((value) => value.split(' / '));
  const columns = parts[0]!.map((_, at) => parts.map((each) => each[at] ?? ''));
  // "S / M" and "L / XL" are one choice: each part follows from the other.
  const isOne =
    parts.some(({ length }) => length !== columns.length) ||
    columns.every((column) => new Set(column).size === new Set(values).size);
  return (isOne ? [values] : columns).map((column) => {
    const options = column.map(titledOption);
    const { title } = options[0]!;
    if (title && options.every((each) => each.title === title))
      return { kind: 'other', title, isStated: true, values: options.map(({ value }) => value) };
    return { kind: isOne || column.every(isSize) ? 'size' : 'other', isStated: true, values: column };
  });
}

/** Whether the columns tell all variants apart. */
function isComplete(columns: readonly Column[], variants: number): boolean {
  return new Set(rowsOf(columns, variants)).size === variants;
}

/** Whether the values say nothing more than the columns do: the name repeats the colour. */
function follows(values: readonly string[], columns: readonly Column[]): boolean {
  const known = new Map<string, string>();
  return rowsOf(columns, values.length).every((row, at) => {
    const value = known.get(row) ?? values[at]!;
    known.set(row, value);
    return value === values[at];
  });
}

function rowsOf(columns: readonly Column[], length: number): string[] {
  return Array.from({ length }, (_, at) => JSON.stringify(columns.map(({ values }) => values[at])));
}

/** What the names differ in. */
function namedColumns(variants: readonly Variant[]): Column[] {
  const names = variants.map(({ name }) => name);
  const shared = sharedStart(names);
  const differing = names.map((name) => name.slice(shared) || name);
  const split = differing.map((words) => words.split(/, | \/ /));
  const even =
    split.every((parts) => parts.length === split[0]!.length) && new Set(differing).size === names.length;
  const rows = even ? split : differing.map((words) => [words]);
  const inColours = names.every((name) => /\sin\s$/.test(name.slice(0, shared)));
  return rows[0]!.map((_, axis) => {
    const values = rows.map((parts) => parts[axis]!);
    const isSize = values.every((value) => size.test(value));
    const kind = isSize ? 'size' : inColours && axis === 0 ? 'colour' : 'other';
    return { kind, isStated: false, values };
  });
}

/** The variant with this value that shares most other values with the current one; of those, one in stock. */
function closest<V extends Variant>(
  variants: readonly V[],
  columns: readonly Column[],
  axis: number,
  value: string,
  at: number,
): V {
  if (columns[axis]!.values[at] === value) return variants[at]!;
  const rated = variants.map((variant, each) => {
    const shared = columns.filter(
      ({ values }, other) => other !== axis && values[each] === values[at],
    ).length;
    const fits = columns[axis]!.values[each] === value;
    return { variant, rank: fits ? 1 + 2 * shared + Number(variant.in_stock) : 0 };
  });
  return rated.reduce((best, each) => (each.rank > best.rank ? each : best)).variant;
}

/** Whether each has a picture, and none the same as another. */
function havePictures(variants: readonly Variant[]): boolean {
  const pictures = new Set(variants.flatMap(({ image_url }) => image_url ?? []));
  return pictures.size === variants.length;
}

/** Whether the pictures differ along this axis, and along it alone. */
function isPictured(variants: readonly Variant[], values: readonly string[]): boolean {
  const pictures = new Map<string, string>();
  for (const [at, { image_url }] of variants.entries()) {
    const value = values[at]!;
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
