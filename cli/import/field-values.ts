// Fields of order files as shops write them → text and numbers. Undefined: it is none. Times: parse-time.ts.

/** What exports write where there is nothing. */
const nothing = new Set(['', 'NULL', 'null', 'NaN', 'nan', 'None', 'N/A', '\\N']);

/** A field without its blanks; '' where there is nothing. */
export function textOf(field: string | undefined): string {
  const text = field?.trim() ?? '';
  return nothing.has(text) ? '' : text;
}

/** `6`, `-6`, `6.0` → an int4. Parts, as of goods by weight, are rounded away from zero: 0.7 kg was bought. */
export function parseQuantity(text: string): number | undefined {
  const value = parseAmount(text);
  if (value === undefined) return undefined;
  const whole = Math.sign(value) * Math.ceil(Math.abs(value));
  return Math.abs(whole) <= 0x7fffffff ? whole + 0 : undefined;
}

/** `2.55`, `£2.55`, `1,234.50`, `1.234,50`, `2,55` → a number. */
export function parsePrice(text: string): number | undefined {
  return parseAmount(text.replace(/^([-+]?)\s*(?:[£$€¥]|[A-Z]{3}\s)\s*|\s*(?:[£$€¥]|\s[A-Z]{3})$/g, '$1'));
}

/** A decimal number with a point or a comma, with or without thousands. */
function parseAmount(text: string): number | undefined {
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return finite(Number(text));
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll(/[\s'\u00a0\u202f]/g, '');
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)) return sign * Number(digits.replaceAll(',', ''));
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(digits) || /^\d+,\d+$/.test(digits)) {
    return sign * Number(digits.replaceAll('.', '').replace(',', '.'));
  }
  return /^\d+(\.\d+)?$/.test(digits) ? sign * Number(digits) : undefined;
}

function finite(value: number): number | undefined {
  return Math.abs(value) < 1e12 ? value : undefined;
}
