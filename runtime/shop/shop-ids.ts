// Ids in requests → ids as the shop's Postgres writes them, or a clear error; ids of Postgres → ids in JSON.

import type { IdType } from '../../sql/id-types.ts';
import { canonicalId } from '../../sql/store/shop/shop-products.ts';
import type { WireId } from '../contract/product.ts';
import { CoutureError } from '../core/errors.ts';

/**
 * @param where the id's name in the request: `product_id`
 * @throws CoutureError `bad_request` if the text is not a valid id of the shop
 */
export function shopId(type: IdType, text: string, where = 'product_id'): string {
  const id = canonicalId(type, text);
  if (id !== undefined) return id;
  throw malformedId(type, text, where);
}

/** The error for text that is not a valid id of the shop. */
export function malformedId(type: IdType, text: string, where = 'product_id'): CoutureError {
  return new CoutureError(
    'bad_request',
    `${where} is ${JSON.stringify(text.slice(0, 60))}, but ids of this shop are ${words[type]}`,
    '',
    { details: { errors: [{ path: where, message: `expected ${words[type]}` }] } },
  );
}

/** An id in JSON, of the API and of the CLI: a number for bigint ids, otherwise a string. */
export function jsonId(type: IdType, id: string): WireId {
  if (type !== 'bigint') return id;
  const number = Number(id);
  // Beyond 2^53, JSON parsers would round the number.
  return Number.isSafeInteger(number) ? number : id;
}

const words: Record<IdType, string> = { bigint: 'whole numbers', uuid: 'UUIDs', text: 'text' };
