// Interactions in CSV files, plain or gzip → a data set in memory.
import { type ColumnMap, orderColumns, parseMapping, productColumns } from '../../import/columns.ts';
import { readCsv } from '../../import/csv-file.ts';
import { DateSample } from '../../import/date-sample.ts';
import type { OrderField } from '../../import/fields.ts';
import { type DateOrder, parseTime } from '../../import/parse-time.ts';
import { latestDay } from '../source/order-dates.ts';
import { believedOrders } from './believed-orders.ts';
import { type Dataset, OrderLogBuilder, openDataset, type PendingOrder } from './order-log.ts';

/**
 * Reads files with the header columns product_id, order_id or customer_id, and optionally ordered_at and category. All
 * column names that `import orders` recognizes work here, too. A line without an order belongs to what its customer
 * bought on that day, or if it has no date, to the single order of its customer.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export async function readFiles(
  train: readonly string[],
  test: readonly string[],
  signal?: AbortSignal,
): Promise<Dataset> {
  const read = { lines: 0, skipped: 0 };
  const categories = new Map<string, string>();
  const parts: PendingOrder[][] = [];
  const warnings: string[] = [];
  for (const files of [train, test]) {
    const builder = new OrderLogBuilder();
    for (const file of files) await readInto(builder, file, read, categories, signal);
    const believed = believedOrders(builder.orders(), { latestDay: latestDay() });
    parts.push(believed.orders);
    read.skipped += believed.skipped;
    warnings.push(...believed.warnings);
  }
  const data = openDataset(parts[0]!, parts[1]!, { ...read, warnings });
  return { ...data, itemCategory: data.itemIds.map((id) => categories.get(id) ?? '') };
}

async function readInto(
  builder: OrderLogBuilder,
  file: string,
  read: { lines: number; skipped: number },
  categories: Map<string, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let columns: ColumnMap<OrderField> = {};
  const dateOrder = await dateOrderOf(file, signal);
  const handlers = {
    header(fields: readonly string[]) {
      columns = orderColumns(file, fields, parseMapping(''));
    },
    record(fields: string[]) {
      const field = (name: OrderField) => fields[columns[name]?.index ?? -1]?.trim() ?? '';
      const [order, customer, product] = [field('order_id'), field('customer_id'), field('product_id')];
      read.lines++;
      if (product === '' || (order === '' && customer === '')) {
        read.skipped++;
        return;
      }
      if (!categories.has(product)) categories.set(product, field('category'));
      const days = (parseTime(field('ordered_at'), dateOrder) ?? Number.NaN) / 86_400_000;
      // An order number that two customers share stands for two orders, as in a build.
      const id = order === '' && !Number.isNaN(days) ? `day ${Math.floor(days)}` : order;
      builder.add(`${id}\0${customer}`, customer, product, days);
    },
  };
  for await (const _ of readCsv(file, handlers, { signal })) signal?.throwIfAborted();
}

/** The order of day and month in the dates of a file; as in America if they can be read both ways. */
async function dateOrderOf(file: string, signal: AbortSignal | undefined): Promise<DateOrder> {
  const dates = new DateSample(undefined);
  let at = -1;
  const handlers = {
    header(fields: readonly string[]) {
      at = orderColumns(file, fields, parseMapping('')).ordered_at?.index ?? -1;
    },
    record: (fields: string[]) => dates.see(fields[at]?.trim() ?? ''),
  };
  for await (const _ of readCsv(file, handlers, { signal })) if (at < 0 || dates.clear) break;
  return dates.order ?? 'mdy';
}

/** Reads a product file: product id → name and image URL. */
export async function readProducts(
  file: string,
  signal?: AbortSignal,
): Promise<Map<string, { name: string; image: string }>> {
  const products = new Map<string, { name: string; image: string }>();
  let columns: ReturnType<typeof productColumns> = {};
  const handlers = {
    header(fields: readonly string[]) {
      columns = productColumns(file, fields, parseMapping(''));
    },
    record(fields: string[]) {
      const at = (name: 'product_id' | 'name' | 'image_url') =>
        fields[columns[name]?.index ?? -1]?.trim() ?? '';
      const id = at('product_id');
      if (id && !products.has(id)) products.set(id, { name: at('name'), image: at('image_url') });
    },
  };
  for await (const _ of readCsv(file, handlers, { signal })) signal?.throwIfAborted();
  return products;
}
