// Flags for reading files, shared by `import orders` and `import products`.
import { CoutureError } from '../../runtime/core/errors.ts';
import { flag } from '../command.ts';
import { type Mapping, parseMapping } from './columns.ts';
import type { DecimalMark } from './field-values.ts';
import { type FormatName, formatNames } from './formats.ts';
import { parseEncoding } from './text-encoding.ts';

export const fileFlags = [
  flag(
    '--map <pairs>',
    'map fields to columns: order_id=InvoiceNo,product_id=StockCode; field= ignores a field',
  ),
  flag('--format <name>', 'file format (default: detected by the header)').choices(formatNames),
  flag('--delimiter <character>', 'field separator (default: detected from the first lines)'),
  flag('--encoding <name>', 'encoding of the files, such as windows-1252 (default: detected)'),
  flag('--decimal <mark>', 'decimal mark (default: detected)').choices(['.', ',']),
];

export interface FileOptions {
  readonly mapping: Mapping;
  readonly format: FormatName | undefined;
  readonly delimiter: string | undefined;
  readonly encoding: string | undefined;
  readonly decimal: DecimalMark | undefined;
}

/** @throws CoutureError `bad_option` */
export function fileOptions(flags: Record<string, unknown>): FileOptions {
  const encoding = flags.encoding as string | undefined;
  return {
    mapping: parseMapping((flags.map as string | undefined) ?? ''),
    format: flags.format as FormatName | undefined,
    delimiter: separator(flags.delimiter as string | undefined),
    encoding: encoding === undefined ? undefined : parseEncoding(encoding),
    decimal: flags.decimal as DecimalMark | undefined,
  };
}

/** `a, b` → `['a', 'b']` */
export function list(value: unknown): string[] {
  return String(value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function separator(mark: string | undefined): string | undefined {
  if (mark === undefined) return undefined;
  const plain = mark === 'tab' || mark === '\\t' ? '\t' : mark;
  if (plain.length === 1 && !/["\r\n\w]/.test(plain)) return plain;
  throw new CoutureError(
    'bad_option',
    `--delimiter is ${JSON.stringify(mark)}: expected a single character`,
    'For example --delimiter ";" or --delimiter tab.',
  );
}
