// Ids as clients send them → ids as the shop's Postgres writes them, or a clear error.

import type { IdType } from '../../sql/id-types.ts';
import { canonicalId } from '../../sql/store/shop/shop-products.ts';
import { CoutureError } from '../core/errors.ts';

/**
 * @param where the id's name in the request: `product_id`
 * @throws CoutureError `bad_request` if the text is not a valid id of the shop
 */
export function shopId(type: IdType, text: string, where = 'product_id'): string {
  const id = canonicalId(type, text);
  if (id !== undefined) return id;
  throw new CoutureError(
    'bad_request',
    `${where} is ${JSON.stringify(text.slice(0, 60))}, but ids of this shop are ${words[type]}`,
    '',
    { details: { errors: [{ path: where, message: `expected ${words[type]}` }] } },
  );
}

const words: Record<IdType, string> = { bigint: 'whole numbers', uuid: 'UUIDs', text: 'text' };
