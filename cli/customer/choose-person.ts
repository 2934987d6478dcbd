// The argument ID|EMAIL of `couture customer …` → one person. Several matches are listed, never guessed between.
import { CoutureError } from '../../runtime/core/errors.ts';
import { readIdTypes, readKeyTypes } from '../../sql/id-types.ts';
import type { Client } from '../../sql/pool.ts';
import {
  customerById,
  customersByEmail,
  emailsOf,
  guestChatsWith,
  type Identity,
  type Match,
  type ShopReads,
} from '../../sql/store/person/find-person.ts';
import { canonicalId } from '../../sql/store/shop/shop-products.ts';

export interface ChosenPerson {
  readonly identity: Identity;
  /** `Customer 7`, `The guest ida@example.com` */
  readonly name: string;
  readonly by: Match['by'] | 'guest';
  /** Addresses of the customer that other customers share: chats of guests who gave one of them are nobody's. */
  readonly shared: readonly string[];
}

/** Where the shop's customers are read; undefined if the shop has no source views. */
export async function shopReads(client: Client): Promise<ShopReads | undefined> {
  const { rows } = await client.query<{ all: boolean }>(
    `select count(*) = 3 as all from pg_class where relnamespace = to_regnamespace('couture_source')
       and relname in ('customer', 'order_line', 'watchlist')`,
  );
  if (!rows[0]!.all) return undefined;
  return { client, type: (await readIdTypes(client)).customer ?? 'text' };
}

/**
 * Undefined if nobody is known by this id or address.
 * @param guest whether the address stands for the guest who gave it in chats, not for a customer
 * @throws CoutureError `customer_ambiguous`; `bad_option` if `guest` is set and the text is no address
 */
export async function choosePerson(
  client: Client,
  shop: ShopReads | undefined,
  text: string,
  guest: boolean,
): Promise<ChosenPerson | undefined> {
  const given = text.trim();
  const email = /^[^\s@]+@[^\s@]+$/.test(given) ? given.toLowerCase() : undefined;
  if (guest) return chosenGuest(client, email, given);
  const type = shop?.type ?? (await readKeyTypes(client)).customer ?? 'text';
  // An id of another type may be one of a former shop.
  const id = canonicalId(type, given) ?? (email === undefined ? canonicalId('text', given) : undefined);
  const matches = distinct([
    ...(id === undefined ? [] : await customerById(client, shop, id)),
    ...(email === undefined ? [] : await customersByEmail(client, shop, email)),
  ]);
  if (matches.length > 1) throw ambiguous(given, matches);
  const [match] = matches;
  if (!match) return email === undefined ? undefined : guestIfAny(client, email);
  const known = shop ? await emailsOf(shop, match.customerId) : [];
  const own = known.filter(({ customers }) => customers === 1).map((each) => each.email);
  const emails = email === undefined ? own : [...new Set([email, ...own])];
  return {
    identity: { customerId: match.customerId, emails },
    name: `Customer ${match.customerId}`,
    by: match.by,
    shared: known.map((each) => each.email).filter((each) => !emails.includes(each)),
  };
}

/** @throws CoutureError `customer_unknown` */
export function unknownCustomer(text: string): CoutureError {
  return new CoutureError(
    'customer_unknown',
    `Couture holds nothing about ${JSON.stringify(text.slice(0, 100))}, and the shop has no such customer`,
    'Pass a customer id as the shop writes it, or an e-mail address that the shop or a chat has.',
  );
}

async function chosenGuest(
  client: Client,
  email: string | undefined,
  given: string,
): Promise<ChosenPerson | undefined> {
  if (email !== undefined) return guestIfAny(client, email);
  throw new CoutureError(
    'bad_option',
    `--guest needs an e-mail address, got ${JSON.stringify(given.slice(0, 100))}`,
    'Leave out --guest for a customer id.',
  );
}

async function guestIfAny(client: Client, email: string): Promise<ChosenPerson | undefined> {
  if ((await guestChatsWith(client, email)) === 0) return undefined;
  return {
    identity: { customerId: null, emails: [email] },
    name: `The guest ${email}`,
    by: 'guest',
    shared: [],
  };
}

function distinct(matches: readonly Match[]): Match[] {
  return [...new Map(matches.toReversed().map((match) => [match.customerId, match])).values()].toReversed();
}

const places: Record<Match['by'], string> = {
  id: 'its id',
  shop: 'its address in the shop',
  chat: 'the address given in a chat',
};

function ambiguous(given: string, matches: readonly Match[]): CoutureError {
  const shown = matches.slice(0, 10).map(({ customerId, by }) => `${customerId} (${places[by]})`);
  const more = matches.length > shown.length ? ` and ${matches.length - shown.length} more` : '';
  return new CoutureError(
    'customer_ambiguous',
    `${JSON.stringify(given)} stands for ${matches.length} customers: ${shown.join(', ')}${more}`,
    'Pass the id of one of them. For the chats of guests who gave the address, add --guest.',
  );
}
