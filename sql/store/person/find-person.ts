// Finds a person: by customer id, or by e-mail address in the shop's customer view and in chats.
import { fittingId, type IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import type { PersonValues } from './personal-data.ts';

/** Who a person is. At least one of the two is given. */
export interface Identity {
  /** As Postgres writes it; null for a guest. */
  readonly customerId: string | null;
  /** E-mail addresses in lower case: chats of guests who gave one of them are this person's. */
  readonly emails: readonly string[];
}

/** A customer that was asked for, and where they were found. */
export interface Match {
  readonly customerId: string;
  readonly by: 'id' | 'shop' | 'chat';
}

/** The shop's views, where it has them. Couture's tables may hold ids of a former shop, of another type. */
export interface ShopReads {
  readonly client: Queryable;
  readonly type: IdType;
}

/** The customer with this id, if the shop or a table of couture knows them. */
export async function customerById(
  client: Queryable,
  shop: ShopReads | undefined,
  id: string,
): Promise<Match[]> {
  const { rows } = await client.query<{ known: boolean }>(
    `select exists (select from couture.customer_key where customer_id::text = $1)
         or exists (select from couture.chat_session where customer_id = $1 or visitor_key = 'sub:' || $1)
         or exists (select from couture.push_subscription where customer_id in ($1, 'sub:' || $1))
         or exists (select from couture.push_told where customer_id = $1)
         or exists (select from couture.bag where customer_id = $1)
         or exists (select from couture.watch_entry where customer_id = $1)
         or exists (select from couture.push_order where customer_id = $1)
         or exists (select from couture.push_occasion where customer_id = $1)
         or exists (select from couture.push_delivery where customer_id in ($1, 'sub:' || $1))
         or exists (select from couture.order_request where principal in ('customer:' || $1, 'sub:' || $1))
         or exists (select from couture.revoked_subject where sub = $1)
         or exists (select from couture.chat_invitation where customer = $1)
         or exists (select from couture.recommendation_event where customer = $1) as known`,
    [id],
  );
  const known = rows[0]!.known || (shop !== undefined && (await isInShop(shop, id)));
  return known ? [{ customerId: id, by: 'id' }] : [];
}

/** Customers with this e-mail address in the shop, and those who gave it in a chat while signed in. */
export async function customersByEmail(
  client: Queryable,
  shop: ShopReads | undefined,
  email: string,
): Promise<Match[]> {
  const inShop = shop ? await shopCustomers(shop, email) : [];
  const { rows } = await client.query<{ id: string }>(
    `select distinct customer_id as id from couture.chat_session
     where customer_id is not null and lower(email) = $1 order by 1`,
    [email],
  );
  return [
    ...inShop.map((customerId) => ({ customerId, by: 'shop' as const })),
    ...rows
      .filter(({ id }) => !inShop.includes(id))
      .map(({ id }) => ({ customerId: id, by: 'chat' as const })),
  ];
}

/** Number of chats in which a guest gave the address. */
export async function guestChatsWith(client: Queryable, email: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select count(*)::int as n from couture.chat_session where customer_id is null and lower(email) = $1',
    [email],
  );
  return rows[0]!.n;
}

/** A customer's e-mail addresses in the shop, in lower case, each with the number of customers who have it. */
export async function emailsOf(
  { client, type }: ShopReads,
  id: string,
): Promise<Array<{ email: string; customers: number }>> {
  const { rows } = await client.query<{ email: string; customers: number }>(
    `select own.email, (select count(distinct c.customer_id)::int from ${shopView.customer} c where lower(c.email::text) = own.email) as customers
     from (select distinct lower(email::text) as email from ${shopView.customer} c where customer_id = ${fittingId('$1::text', type)} and email::text <> '') own
     order by 1`,
    [id],
  );
  return rows;
}

/** What stands for the person in couture's tables at this moment. */
export async function personValues(
  client: Queryable,
  { customerId, emails }: Identity,
): Promise<PersonValues> {
  const owners = customerId === null ? [] : [customerId, `sub:${customerId}`];
  const visitors = customerId === null ? [] : await ownVisitors(client, customerId);
  const { rows: keys } = await client.query<{ key: number }>(
    'select customer_key as key from couture.customer_key where customer_id::text = $1',
    [customerId],
  );
  return {
    customer: customerId,
    owners,
    principals: [
      ...(customerId === null ? [] : [`customer:${customerId}`, `sub:${customerId}`]),
      ...visitors.map((visitor) => `guest:${visitor}`),
    ],
    chats: await chatsOf(client, customerId, emails),
    visitors,
    keys: keys.map(({ key }) => key),
  };
}

/**
 * The customer's chats, those of guests who gave one of the addresses, and further ones from the browsers of these guests
 * if they gave no other address.
 */
async function chatsOf(
  client: Queryable,
  customerId: string | null,
  emails: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `with guest as (
       select visitor_key from couture.chat_session
       where visitor_key like 'guest:%' and (customer_id = $1 or customer_id is null and lower(email) = any ($2))
     )
     select session_id as id from couture.chat_session s
     where customer_id = $1 or visitor_key in ('customer:' || $1, 'sub:' || $1)
        or customer_id is null and (lower(email) = any ($2)
          or coalesce(email, '') = '' and visitor_key in (select visitor_key from guest)
            and not exists (select from couture.chat_session o where o.visitor_key = s.visitor_key
              and (o.customer_id is not null and o.customer_id is distinct from $1 or lower(nullif(o.email, '')) <> all ($2))))
     order by created_at, session_id`,
    [customerId, emails],
  );
  return rows.map(({ id }) => id);
}

/** Browsers in whose events and invitations this customer occurs, and no other one. */
async function ownVisitors(client: Queryable, customerId: string): Promise<string[]> {
  const { rows } = await client.query<{ visitor: string }>(
    `with own as (
       select visitor from couture.recommendation_event where customer = $1 and visitor is not null
       union select visitor from couture.chat_invitation where customer = $1
     ), seen as (
       select visitor, customer from couture.recommendation_event join own using (visitor)
       union all select visitor, customer from couture.chat_invitation join own using (visitor)
     )
     select visitor from seen where customer is not null
     group by visitor having count(distinct customer) = 1 order by visitor`,
    [customerId],
  );
  return rows.map(({ visitor }) => visitor);
}

async function isInShop({ client, type }: ShopReads, id: string): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    `with own as (select ${fittingId('$1::text', type)} as id)
     select exists (select from ${shopView.customer} c join own on customer_id = id)
         or exists (select from couture_source.order_line join own on customer_id = id)
         or exists (select from couture_source.watchlist join own on customer_id = id) as known`,
    [id],
  );
  return rows[0]!.known;
}

async function shopCustomers({ client }: ShopReads, email: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select distinct customer_id::text as id from ${shopView.customer} c
     where lower(email::text) = $1 and customer_id is not null order by 1`,
    [email],
  );
  return rows.map(({ id }) => id);
}
