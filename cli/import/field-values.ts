// Fields of order files → text and numbers; undefined if a field is not a number. For times see parse-time.ts.

/** The decimal mark: `.` in 1,234.50, `,` in 1.234,50. */
export type DecimalMark = '.' | ',';

/** Placeholders that exports write for missing values, and what spreadsheets write for errors. */
const missing = new Set(
  ';NULL;null;NaN;nan;None;N/A;n/a;\\N;(null);[null];nil;undefined;-;--;–;—;#N/A;#REF!;#VALUE!;#DIV/0!;#NAME?;#NUM!;#NULL!'.split(
    ';',
  ),
);
const longestMissing = Math.max(...[...missing].map(({ length }) => length));
/** Marks of the direction of writing and others without a width: they differ between files and show nowhere. */
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\s]/;
/**
 * Characters of the longest number with its currency, unit and words on taxes. Longer cells are text that a missing quotation mark moved
 * into the column: the patterns for numbers would take minutes for a megabyte of it.
 */
const maxNumberLength = 100;

/**
 * A trimmed field; '' if the value is missing. `="00123"` and `'00123`, by which files keep spreadsheets from changing an id, are 00123.
 * Days that MySQL writes for none, `0000-00-00`, and cells that a spreadsheet was too narrow for, `####`, are missing, too.
 */
export function textOf(field: string | undefined): string {
  let text = field?.trim() ?? '';
  if (text === '') return text;
  const first = text.charCodeAt(0);
  // Most cells are numbers, dates and ids, and only the last of their marks may be invisible.
  if (first > zero && first <= nine && text.charCodeAt(text.length - 1) < 0x600) return text;
  if (first > 0x600 || text.charCodeAt(text.length - 1) > 0x600) text = withoutInvisible(text);
  if (first === equals && text.startsWith('="') && text.endsWith('"') && text.length > 2)
    text = text.slice(2, -1).trim();
  else if (first === apostrophe && /^'[^\s']+$/.test(text)) text = text.slice(1);
  else if (first === zero && text.startsWith('0000-00-00')) return '';
  else if (first === hash && /^#{4,}$/.test(text)) return '';
  // Hashing every cell of a file takes longer than all else here.
  return text.length <= longestMissing && missing.has(text) ? '' : text;
}

/** One mark at a time: a pattern for all at the end would take seconds for thousands of them in the middle. */
function withoutInvisible(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && invisible.test(text[from]!)) from++;
  while (to > from && invisible.test(text[to - 1]!)) to--;
  return text.slice(from, to);
}

/** The text of an id: 1001.0, which programs make of a number in a column with gaps, is 1001. */
export function idOf(field: string | undefined): string {
  const text = textOf(field);
  return text.endsWith('.0') && /^\d+\.0$/.test(text) ? text.slice(0, -2) : text;
}

const [hash, apostrophe, point, zero, nine, equals] = [35, 39, 46, 48, 57, 61];

/** `6`, `-6`, `(6)`, `6-`, `6.0`, `٦`, `1½` → an int4. Fractions, as of goods sold by weight, are rounded away from zero: 0.7 kg counts as 1. */
export function parseQuantity(given: string, decimal?: DecimalMark): number | undefined {
  if (given.length < 10 && isPlain(given, 0)) return Number(given);
  if (given.length > maxNumberLength) return undefined;
  const text = withoutFraction(given);
  const minusAfter = /^(\d|\d.*\d)[-−]$/;
  const value = parseNumber(text, decimal, minusAfter) ?? parseNumber(pieces(text), decimal, minusAfter);
  if (value === undefined) return undefined;
  const whole = Math.sign(value) * Math.ceil(Math.abs(value));
  return Math.abs(whole) <= 0x7fffffff ? whole + 0 : undefined;
}

/** Whether a text is digits, with at most this many points among them: most numbers of most files, without a pattern to match. */
function isPlain(text: string, maxPoints: number): boolean {
  let points = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= nine) continue;
    if (code !== point || at === 0 || ++points > maxPoints) return false;
  }
  return text !== '';
}

/** `½` → `0.5`, `1¼` and `1 1/4` → `1.5`: whole numbers of quantities are what counts. `1/2` may also mean one of two, and is refused. */
function withoutFraction(text: string): string {
  return text.replace(
    /(\p{Nd}*)\s?(?:[\u00bc-\u00be\u2150-\u215e]|(?<=\d\s)[1-9]\d?[/\u2044][1-9]\d?|(?<![\p{Nd}\u2044])[1-9]\u2044[1-9]\d?)(?![\p{Nd}\u2044/])/u,
    (_, whole: string) => `${whole || 0}.5`,
  );
}

/** `2 pcs`, `3件`, `x2` → the number; any weight or volume below a kilogram or a litre, `500 g`, is one. */
function pieces(text: string): string {
  if (/^\d[\d.,]*\s?(g|gr|mg|ml|cl|dl|oz)\.?$/i.test(text)) return '1';
  const match =
    /^[x×*]?\s?([-−]?\p{Nd}[\p{Nd}.,]*)\s?(?:x|×|pcs?|pieces?|pk|ea|each|units?|items?|pairs?|paire?s?|paare?|sets?|box(?:es)?|packs?|pkgs?|bags?|btls?|bottles?|cans?|rolls?|lbs?|ft|yds?|m[²³]|st|stk|stck|stück|szt|шт|ks|db|buc|kom|adet|τεμ|件|個|个|枚|本|点|개|قطعة|حبة|kg|l|ltr|m)?\.?$/iu.exec(
      text,
    );
  return match?.[1] ?? '';
}

/** `2.55`, `£2.55`, `R$ 2,55`, `129 kr`, `12.50USD`, `12,-`, `1,234.50`, `1.234,50` → a number. */
export function parsePrice(text: string, decimal?: DecimalMark): number | undefined {
  if (text.length < 12 && isPlain(text, decimal === ',' ? 0 : 1)) return Number(text);
  if (text.length > maxNumberLength) return undefined;
  const signed = /^\((.*)\)$/.exec(text);
  // Nobody pays fractions of a rupiah or a dong: its points are thousands. So are those before a comma and a dash.
  const mark = decimal ?? (/rp\.?\s?\d|idr|₫|đ|vnd|,[-–—]\s?\D*$/i.test(text) ? ',' : undefined);
  // In 12,- and 129- the dash stands for no cents; in 12.50- it is a minus.
  const read = (amount: string) => parseNumber(amount, mark, /^(\d.*[.,]\d{1,2})[-−]$/);
  const plain = (signed?.[1] ?? text).replaceAll(/[\u061c\u200e\u200f]/g, '');
  const value = read(plain) ?? read(withoutCurrency(asciiDigits(plain)));
  return signed && value !== undefined ? -value : value;
}

/** `true`, `yes`, `1`, `publish` → true; `false`, `no`, `0` → false; otherwise undefined. */
export function parseSwitch(text: string): boolean | undefined {
  if (
    /^(true|t|yes|y|1|on|ja|j|oui|si|sí|sim|tak|да|evet|是|はい|enabled|active|published|publish|visible|continue|notify)$/i.test(
      text,
    )
  )
    return true;
  return /^(false|f|no|n|0|-1|off|nein|non|não|nao|nee|nej|nei|nie|нет|hayır|hayir|否|いいえ|none|never|disabled|inactive|archived|draft|unpublished|hidden|private|deny|discontinued|deleted)$/i.test(
    text,
  )
    ? false
    : undefined;
}

/** The first sign of a currency in a price: `€ 12,50` → `€`; '' without one. */
export function signOf(price: string): string {
  return /\p{Sc}/u.exec(price)?.[0] ?? '';
}

/** A number in the digits of any script: `٣٫٥`, `−3`, `(3)`, and `3-` where a minus may follow. */
function parseNumber(text: string, decimal: DecimalMark | undefined, minusAfter: RegExp): number | undefined {
  const value = parseAmount(text, decimal);
  if (value !== undefined || text === '') return value;
  const plain = asciiDigits(text).replace(/^[−–]/, '-');
  const negative = /^\((\d[^()]*)\)$/.exec(plain) ?? minusAfter.exec(plain);
  return parseAmount(negative ? `-${negative[1]}` : plain, decimal);
}

/** Digits of any script → 0 to 9, and the Arabic marks of decimals and thousands. */
export function asciiDigits(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text
    .replaceAll(/(?![0-9])\p{Nd}/gu, digitOf)
    .replaceAll('٫', '.')
    .replaceAll('٬', "'");
}

/** Unicode encodes the digits of a script in ascending order, from its zero. */
function digitOf(digit: string): string {
  let zero = digit.codePointAt(0)!;
  for (let value = 0; value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1)); value++) zero--;
  return String(digit.codePointAt(0)! - zero);
}

/** What is said of taxes behind a price: `*`, `incl. VAT`, `(inkl. MwSt.)`. */
const taxWords =
  /\s*(?:\*|\(?(?:incl|inkl|inc|excl|exkl|ex|zzgl|ttc|ht|hors|iva|con|sin|brutto|netto|btto)\b[^\d]*)$/i;

/** Removes the sign or name of a currency, and the dash that stands for no cents. */
function withoutCurrency(given: string): string {
  const text = given.replace(taxWords, '');
  const match =
    /^([-+−]?)\s*(?:(?:\p{L}\.?){1,4}\s*)?\p{Sc}?\s*([-+−]?)\s*(\d[\d.,'’\s]*|[.,]\d+)(?:[-–—]{1,2})?\s*\p{Sc}?(?:\s*(?:\p{L}\.?){1,4})?$/u.exec(
      text,
    );
  if (!match) return '';
  const sign = match[1] || match[2] ? (match[1] || match[2])!.replace('−', '-') : '';
  return `${sign}${match[3]!.trim().replace(/[.,]$/, '')}`;
}

/** A decimal number with a point or comma, with or without thousands separators. */
function parseAmount(text: string, decimal: DecimalMark | undefined): number | undefined {
  if (decimal === ',' && text.includes('.') !== text.includes(',')) {
    const grouped = /^[-+]?\d{1,3}(\.\d{3})+$/.test(text);
    if (grouped) return finite(Number(text.replaceAll('.', '')));
    if (/^[-+]?\d*,\d+$/.test(text)) return finite(Number(text.replace(',', '.')));
  }
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return finite(Number(text));
  const sign = text.startsWith('-') ? -1 : 1;
  // Any other space, as in 12 50, may be a decimal mark, or stand between two numbers.
  const digits = text.replace(/^[-+]\s?/, '').replaceAll(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, '');
  // A zero never begins a number of thousands: 0,750 is three quarters.
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits)) return sign * Number(digits.replaceAll(',', ''));
  // Two groups of thousands leave no doubt; India groups above a thousand by two digits.
  if (/^[1-9]\d{0,2}(\.\d{3}){2,}$/.test(digits)) return sign * Number(digits.replaceAll('.', ''));
  if (/^[1-9]\d?(,\d{2})+,\d{3}(\.\d+)?$/.test(digits)) return sign * Number(digits.replaceAll(',', ''));
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(digits) || /^\d+,\d+$/.test(digits)) {
    return sign * Number(digits.replaceAll('.', '').replace(',', '.'));
  }
  return /^\d+(\.\d+)?$/.test(digits) ? sign * Number(digits) : undefined;
}

function finite(value: number): number | undefined {
  return Math.abs(value) < 1e12 ? value : undefined;
}

/** Collects numbers of a file that can be read in one way only, to read those that could be read in two. */
export class DecimalEvidence {
  #comma = false;
  #point = false;
  /** Amounts such as 12.990, those such as 990, and all others. A zero may be written without decimals. */
  readonly #amounts = { grouped: 0, small: 0, others: 0 };
  /** Quantities such as 1,000, and all others. */
  readonly #quantities = { grouped: 0, others: 0 };

  see(text: string): void {
    const digits = this.#see(text);
    if (digits === '' || digits === '0') return;
    this.#amounts[
      /^\d{1,3}$/.test(digits) ? 'small' : /^\d{1,3}\.\d{3}$/.test(digits) ? 'grouped' : 'others'
    ]++;
  }

  seeQuantity(text: string): void {
    const digits = this.#see(text);
    if (digits !== '') this.#quantities[/^\d{1,3},\d{3}$/.test(digits) ? 'grouped' : 'others']++;
  }

  #see(text: string): string {
    if (text.length > maxNumberLength) return '';
    const digits = asciiDigits(text).replaceAll(/[^\d.,]/g, '');
    if (/^0?,\d|^\d+,\d{1,2}$|^\d+,\d{4,}$|\.\d{3},\d|\.\d{3}\.\d{3}/.test(digits)) this.#comma = true;
    else if (/^0?\.\d|^\d+\.\d{1,2}$|^\d+\.\d{4,}$|,\d{3}\.\d|,\d{2,3},\d{3}/.test(digits))
      this.#point = true;
    return digits;
  }

  /** Undefined if there is no evidence, or for both. Where the semicolon separates, the comma usually marks decimals. */
  decide(delimiter: string): DecimalMark | undefined {
    if (this.#comma !== this.#point) return this.#comma ? ',' : '.';
    if (this.#comma) return undefined;
    const [amounts, quantities] = [this.#amounts, this.#quantities];
    // 990 beside 12.990 has no decimals, as in pesos. Nobody sells by the thousand only: 1,000 has three.
    const arePesos = amounts.grouped > 2 && amounts.small > 0 && amounts.others === 0;
    const arePieces = quantities.grouped > 2 && quantities.others === 0;
    return arePesos || arePieces || delimiter === ';' ? ',' : undefined;
  }
}
