// Fields of order files → text and numbers; undefined if a field is not a number. For times see parse-time.ts.

/** The decimal mark: `.` in 1,234.50, `,` in 1.234,50. */
export type DecimalMark = '.' | ',';

/** Placeholders that exports write for missing values. */
const missing = new Set(['', 'NULL', 'null', 'NaN', 'nan', 'None', 'N/A', '\\N']);
const longestMissing = Math.max(...[...missing].map(({ length }) => length));

/** A trimmed field; '' if the value is missing. `="00123"`, by which files keep spreadsheets from changing an id, is 00123. */
export function textOf(field: string | undefined): string {
  let text = field?.trim() ?? '';
  if (text.startsWith('="') && text.endsWith('"') && text.length > 2) text = text.slice(2, -1).trim();
  // Hashing every cell of a file takes longer than all else here.
  return text.length <= longestMissing && missing.has(text) ? '' : text;
}

/** `6`, `-6`, `(6)`, `6-`, `6.0`, `٦` → an int4. Fractions, as of goods sold by weight, are rounded away from zero: 0.7 kg counts as 1. */
export function parseQuantity(text: string, decimal?: DecimalMark): number | undefined {
  const value = parseNumber(text, decimal, /^(\d|\d.*\d)[-−]$/);
  if (value === undefined) return undefined;
  const whole = Math.sign(value) * Math.ceil(Math.abs(value));
  return Math.abs(whole) <= 0x7fffffff ? whole + 0 : undefined;
}

/** `2.55`, `£2.55`, `R$ 2,55`, `129 kr`, `12.50USD`, `12,-`, `1,234.50`, `1.234,50` → a number. */
export function parsePrice(text: string, decimal?: DecimalMark): number | undefined {
  const signed = /^\((.*)\)$/.exec(text);
  // In 12,- and 129- the dash stands for no cents; in 12.50- it is a minus.
  const read = (amount: string) => parseNumber(amount, decimal, /^(\d.*[.,]\d{1,2})[-−]$/);
  const value = read(signed?.[1] ?? text) ?? read(withoutCurrency(asciiDigits(signed?.[1] ?? text)));
  return signed && value !== undefined ? -value : value;
}

/** `true`, `yes`, `1`, `publish` → true; `false`, `no`, `0` → false; otherwise undefined. */
export function parseSwitch(text: string): boolean | undefined {
  if (
    /^(true|t|yes|y|1|on|ja|oui|si|sí|enabled|active|published|publish|visible|continue|notify)$/i.test(text)
  )
    return true;
  return /^(false|f|no|n|0|-1|off|nein|non|disabled|inactive|archived|draft|unpublished|hidden|private|deny|discontinued|deleted)$/i.test(
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

/** Removes the sign or name of a currency, and the dash that stands for no cents. */
function withoutCurrency(text: string): string {
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
  const digits = text.replace(/^[-+]/, '').replaceAll(/[\s'’\u00a0\u202f]/g, '');
  // A zero never begins a number of thousands: 0,750 is three quarters.
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits)) return sign * Number(digits.replaceAll(',', ''));
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

  see(text: string): void {
    const digits = asciiDigits(text).replaceAll(/[^\d.,]/g, '');
    if (/^0?,\d|^\d+,\d{1,2}$|^\d+,\d{4,}$|\.\d{3},\d/.test(digits)) this.#comma = true;
    else if (/^0?\.\d|^\d+\.\d{1,2}$|^\d+\.\d{4,}$|,\d{3}\.\d/.test(digits)) this.#point = true;
  }

  /** Undefined if there is no evidence, or for both. Where the semicolon separates, the comma usually marks decimals. */
  decide(delimiter: string): DecimalMark | undefined {
    if (this.#comma !== this.#point) return this.#comma ? ',' : '.';
    return delimiter === ';' && !this.#comma ? ',' : undefined;
  }
}
