// Fields of order files → text and numbers; undefined if a field is not a number. For times see parse-time.ts.

/** Placeholders that exports write for missing values. */
const missing = new Set(['', 'NULL', 'null', 'NaN', 'nan', 'None', 'N/A', '\\N']);

/** A trimmed field; '' if the value is missing. */
export function textOf(field: string | undefined): string {
  const text = field?.trim() ?? '';
  return missing.has(text) ? '' : text;
}

/** `6`, `-6`, `6.0` → an int4. Fractions, as of goods sold by weight, are rounded away from zero: 0.7 kg counts as 1. */
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

/** A decimal number with a point or comma, with or without thousands separators. */
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
