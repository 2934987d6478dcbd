// Who bought, of the people that a shop's tables know: customers, logins, and staff who wrote or packed an order.
import { pickColumn, plainName as plain } from './shop-columns.ts';
import type { Reference } from './shop-references.ts';
import type { ShopTable } from './shop-tables.ts';
import { inEnglish } from './shop-words.ts';

const passwords = /^(?:password|passwd|passwort|encryptedpassword|hashedpassword|password(?:hash|digest))$/i;

/** The table that people log in with. */
export function isLogin(table: ShopTable): boolean {
  if (table.name === 'auth_user') return true;
  const columns = [...table.columns.keys()].map((column) => column.toLowerCase().replaceAll('_', ''));
  if (columns.some((column) => passwords.test(column))) return true;
  // Files and payments have a hash, too.
  return columns.includes('hash') && columns.some((column) => /^(?:email|username|login)$/.test(column));
}

/** Columns of orders that name their buyer, the likeliest first; the last may name an editor. */
const buyers = [
  'user',
  'customer',
  'buyer',
  'account',
  'owner',
  'client',
  'member',
  'profile',
  'shopper',
  'created_by',
];

/** What an order refers to that may have bought it: the buyer before the clerk who packed it. */
export function buyersOf(references: readonly Reference[]): Reference[] {
  return references.filter(mayBuy).sort((a, b) => rank(a) - rank(b));
}

/** Whether orders say themselves who bought, if only by a number of a login service. */
export function namesBuyer(orders: ShopTable, references: readonly Reference[]): boolean {
  return buyersOf(references).length > 0 || pickColumn('orders', 'account_id', orders) !== undefined;
}

/** Users of an editor's tool may be customers, too: where the order says so. */
function mayBuy(reference: Reference): boolean {
  const name = plain(reference.table.name);
  if (/^(?:(?:admin|staff)(?:users?|accounts?|profiles?|members?)|directususers)$/.test(name))
    return rank(reference) < buyers.indexOf('created_by');
  return (
    isLogin(reference.table) ||
    /(user|customer|account|profile|member|client|buyer|shopper|party)s?$/.test(name)
  );
}

function rank({ column }: Reference): number {
  const name = column.replace(/_?id$/i, '').toLowerCase();
  const at = buyers.indexOf(inEnglish(name) ?? name);
  return at < 0 ? buyers.length : at;
}
