// Which names are sizes, and the order in which shoppers expect them: XS before S before M, 6 months before 2 years, 36 before
// 38½, one size last.

/** Compares two names of sizes for sorting; sizes of different kinds are kept apart. */
export function compareSizes(one: string, other: string): number {
  const [a, b] = [place(one), place(other)];
  return a.kind - b.kind || a.value - b.value || one.localeCompare(other, undefined, { numeric: true });
}

const sizeWords =
  /^(?:(?:x+-?|extra[ -])?(?:small|large)|medium|petite|tall|regular|short|long|normal|klein|mittel|gro(?:ß|ss)|kurz|lang)$/i;

/** Words that numbers of sizes may have, of those with four letters or more. */
const measureWords =
  /^(?:inch(?:es)?|zoll|feet|lit(?:er|re)s?|grams?|gramm|ounces?|pounds?|met(?:er|re)s?|watt|volt|slim|wide|narrow|weit|months?|monate?|years?|jahre?)$/i;

/**
 * Whether a name is one of a size: `M`, `36–38`, `500 ml`, `Large`, `US 8 / EU 39`. Platforms have options of any kind, so what a shop
 * calls the size of a variant may be `Linen`, or `M / Material: Linen`.
 */
export function isSize(name: string): boolean {
  return name.split(' / ').every((part) => {
    const text = part.trim();
    const { kind } = place(text);
    if (kind === kinds.words) return sizeWords.test(text);
    // Not "14k Gold", "iPhone 14", "100% Cotton" and "Length: 80 cm".
    const words = kind === kinds.number ? text.match(/\p{L}{4,}/gu) : undefined;
    return !/\p{L}{4}.*\d|%|: /u.test(text) && (words ?? []).every(isSizeWord);
  });
}

function isSizeWord(word: string): boolean {
  return sizeWords.test(word) || measureWords.test(word);
}

const kinds = { letters: 0, age: 1, number: 2, words: 3, oneSize: 4 };

function place(size: string): { readonly kind: number; readonly value: number } {
  const text = size.trim().toLowerCase();
  if (/^(one size|onesize|os|einheitsgr(ö|oe)(ß|ss)e|taille unique|مقاس واحد)$/.test(text))
    return { kind: kinds.oneSize, value: 0 };
  const letters = text.split(/\s?[/–-]\s?/).map(letter);
  if (letters.every((value) => value !== undefined))
    return { kind: kinds.letters, value: letters.reduce((sum, value) => sum + value, 0) / letters.length };
  const number = Number(/\d+([.,]\d+)?/.exec(text)?.[0].replace(',', '.'));
  if (Number.isNaN(number)) return { kind: kinds.words, value: 0 };
  const value = (number + (/½/.test(text) ? 0.5 : 0)) * unitOf(text);
  if (/\d\s?(m|mo|months?|monate?|mois)$/.test(text)) return { kind: kinds.age, value };
  if (/\d\s?(y|yrs?|years?|jahre?|ans)$/.test(text)) return { kind: kinds.age, value: 12 * value };
  return { kind: kinds.number, value };
}

/**
 * Factors that make numbers with different units comparable: 64 GB before 1 TB, 500 g before 1 kg. Litres, grams and centimetres
 * have none, because single letters may mean something else: 38L is a long 38, 32G a cup.
 */
const units: Readonly<Record<string, number>> = {
  kg: 1_000,
  ml: 1e-3,
  cl: 1e-2,
  dl: 0.1,
  mm: 0.1,
  kb: 1e-6,
  mb: 1e-3,
  tb: 1_000,
};

function unitOf(text: string): number {
  return units[/\d\s?([a-z]+)\b/.exec(text)?.[1] ?? ''] ?? 1;
}

/** XXS, 2XS, S, M, L, XXL, 3XL → −3, −3, −1, 0, 1, 3, 4; undefined for anything else. */
function letter(text: string): number | undefined {
  const match = /^(?:(\d)x|(x*))([sml])$/.exec(text);
  if (!match) return undefined;
  const [, count, crosses = '', end] = match;
  const extra = count === undefined ? crosses.length : Number(count);
  if (end === 'm') return extra === 0 ? 0 : undefined;
  return end === 's' ? -1 - extra : 1 + extra;
}
