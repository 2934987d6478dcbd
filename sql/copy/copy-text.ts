// Rows → COPY in text format, which keeps the decimals that a price came with.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../pool.ts';
import { copyIn } from './copy.ts';

export type TextCell = string | number | boolean | null | readonly string[];

/** COPYs batches of rows. If `batches` fails, the COPY is aborted. */
export async function copyText(
  client: Client,
  target: string,
  batches: AsyncIterable<ReadonlyArray<readonly TextCell[]>> | Iterable<ReadonlyArray<readonly TextCell[]>>,
): Promise<void> {
  async function* chunks() {
    for await (const rows of batches) {
      if (rows.length === 0) continue;
      let text = '';
      for (const row of rows) {
        for (let at = 0; at < row.length; at++) text += (at > 0 ? '\t' : '') + cellText(row[at]!);
        text += '\n';
      }
      yield Buffer.from(text);
    }
  }
  await pipeline(Readable.from(chunks()), copyIn(client, target, 'format text'));
}

function cellText(cell: TextCell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const text = typeof cell === 'string' ? cell : arrayText(cell);
  return special.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (mark) => escapes[mark]!) : text;
}

/** An array of text as Postgres reads it: `{"a","b"}`. */
function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
