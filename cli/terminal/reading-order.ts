// jsonb does not keep key order: sorts the figures of a build into reading order.
import { listKinds, optionKeys } from '../../runtime/core/options.ts';

const orders = {
  kinds: [...listKinds, 'bestseller'],
  source: ['lines', 'orders', 'customers', 'products', 'pairs'],
  stages: [
    'read_catalog',
    'read_order_lines',
    'group_baskets',
    'count_orders',
    'count_customers',
    'relate_pairs',
    'write_lists',
    'index_lists',
    'publish',
  ],
  config: optionKeys,
} as const;

/** Entries of a record: known keys in reading order, then the others. */
export function inReadingOrder<T>(of: keyof typeof orders, record: Record<string, T>): Array<[string, T]> {
  const order: readonly string[] = orders[of];
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.entries(record).sort(([a], [b]) => place(a) - place(b));
}
