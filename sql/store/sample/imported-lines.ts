// Order lines → COPY into imported.order_line, in binary, while the next ones are read.
import { copyIn } from '../../copy/copy.ts';
import { CopyWriter } from '../../copy/copy-writer.ts';
import type { Client } from '../../pool.ts';

/** A line of imported.order_line. */
export interface ImportedLineRow {
  readonly orderId: string;
  /** '' if unknown. */
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: number | undefined;
  /** Epoch milliseconds. */
  readonly orderedAt: number;
  /** Undefined until the order's other lines are known. */
  readonly cancelled: boolean | undefined;
  /** '' if unknown. */
  readonly currency: string;
}

/**
 * Replaces the lines by others, in a transaction. If `lines` fails, the COPY is aborted.
 * @param lines writes lines, and yields whenever it can wait for Postgres
 */
export async function copyImportedLines(
  client: Client,
  lines: (write: (line: ImportedLineRow) => void) => AsyncIterable<void>,
): Promise<void> {
  // Only a table emptied in the transaction can be frozen; passes over its lines need not look up whether each is visible.
  await client.query('truncate imported.order_line');
  const stream = copyIn(client, 'imported.order_line', 'format binary, freeze true');
  const writer = new CopyWriter();
  writer.header();
  try {
    await writer.flush(stream);
    for await (const _ of lines((line) => writeLine(writer, line)))
      if (writer.full) await writer.flush(stream);
    await writer.end(stream);
  } catch (cause) {
    await writer.abort(stream, cause);
    throw cause;
  }
}

function writeLine(writer: CopyWriter, line: ImportedLineRow): void {
  writer.row(8);
  writer.text(line.orderId);
  if (line.customerId) writer.text(line.customerId);
  else writer.null();
  writer.text(line.productId);
  writer.int4(line.quantity);
  if (line.unitPrice === undefined) writer.null();
  else writer.numeric(line.unitPrice);
  writer.timestamptz(line.orderedAt);
  if (line.cancelled === undefined) writer.null();
  else writer.bool(line.cancelled);
  if (line.currency) writer.text(line.currency);
  else writer.null();
}
