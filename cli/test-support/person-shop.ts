// An imported shop with a published build in which one customer, Ida, has left data in every table of couture, and others
// have, too. Her words, ids and addresses occur nowhere else, so that a search of everything finds each trace.
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, templateDatabase, testDatabase } from '../../fixtures/database.ts';
import type { Client } from '../../sql/pool.ts';
import { type CommandOutcome, runCommand } from './run-command.ts';
import { buildAgain } from './sample-server.ts';

export const ida = {
  id: 'cust-ida-7f3c',
  email: 'ida.7f3c@shop.example',
  chat: '10000000-0000-4000-8000-000000000001',
  guestChat: '10000000-0000-4000-8000-000000000002',
  sameBrowserChat: '10000000-0000-4000-8000-000000000003',
  attachment: '20000000-0000-4000-8000-000000000001',
} as const;

/** Parts of what is hers. */
export const traces = ['7f3c', 'Idalina', 'zanzibar'] as const;

export function couture(url: string, home: string, ...args: string[]): Promise<CommandOutcome> {
  const { PATH = '', HOME = '' } = process.env;
  return runCommand(args, {
    cwd: home,
    env: { PATH, HOME, DATABASE_URL: url, COUTURE_HOME: home, COUTURE_LOG_LEVEL: 'silent' },
  });
}

/** Creates the database; the caller drops it. */
export async function personShop(): Promise<TestDatabase> {
  const template = await templateDatabase('imported shop for one person', async (url) => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'couture-person-'));
    const lines = ['order_id,customer_id,product_id,product_name,category,quantity,price,ordered_at'];
    for (let order = 0; order < 240; order++) {
      const customer = order % 12 === 0 ? ida.id : `cust-${order % 11}`;
      for (const at of [order % 5, 5 + (order % 7)])
        lines.push(
          `o${order},${customer},p${at},Product ${at},Dresses,1,${10 + at},2026-0${1 + (order % 9)}-11`,
        );
    }
    await writeFile(path.join(home, 'orders.csv'), `${lines.join('\n')}\n`);
    const { code, stderr } = await couture(url, home, 'import', 'orders', 'orders.csv');
    if (code !== 0) throw new Error(stderr);
    // Two builds: the lists of the first are kept for a rollback.
    for (let build = 0; build < 2; build++) await buildAgain(url);
  });
  return testDatabase({ template });
}

/** Writes Ida's data, and as much of another customer, `cust-1`, and of another guest. */
export async function leaveData(client: Client): Promise<void> {
  await client.query(
    `insert into couture.webhook (url, events, secret) values ('https://crm.example/x', '{order.after_chat}', '\\x00')`,
  );
  await leaveOnes(client, { ...ida, name: 'Idalina', word: 'zanzibar', mark: '7f3c' });
  const other = { chat: randomUUID(), guestChat: randomUUID(), sameBrowserChat: randomUUID() };
  await leaveOnes(client, {
    ...other,
    attachment: randomUUID(),
    id: 'cust-1',
    email: 'one@shop.example',
    name: 'Una',
    word: 'lisbon',
    mark: 'bb01',
  });
  // Both used this browser.
  await client.query(
    `insert into couture.recommendation_event (type, kind, item, place, customer, visitor)
     values ('click', 'similar', 'p1', 1, $1, 'shared-browser'), ('click', 'similar', 'p1', 1, 'cust-1', 'shared-browser'),
       ('click', 'similar', 'p1', 1, null, 'shared-browser')`,
    [ida.id],
  );
}

interface One extends Readonly<Record<keyof typeof ida, string>> {
  readonly name: string;
  readonly word: string;
  readonly mark: string;
}

async function leaveOnes(client: Client, one: One): Promise<void> {
  await client.query('insert into couture.watch_entry (customer_id, product_id) values ($1, $2)', [
    one.id,
    'p1',
  ]);
  const sessions = [
    [one.chat, `customer:${one.id}`, one.id, one.email],
    [one.guestChat, `guest:${one.mark}`, null, one.email.toUpperCase()],
    [one.sameBrowserChat, `guest:${one.mark}`, null, null],
  ];
  for (const [id, visitor, customer, email] of sessions) {
    await client.query(
      `insert into couture.chat_session (session_id, visitor_key, customer_id, email, name, subject, user_agent, current_page, cart,
         state, assigned_to, assigned_name, last_seq, words)
       values ($1, $2, $3, $4, $5, $6, $6, $6, jsonb_build_array(jsonb_build_object('product_id', $6::text, 'quantity', 1)),
         case when $3::text is null then 'closed' else 'active' end, 'anna', 'Anna', 2, to_tsvector('simple', $6))`,
      [id, visitor, customer, email, one.name, one.word],
    );
    await client.query(
      `insert into couture.chat_message (session_id, seq, client_message_id, side, sender, sender_name, kind, body, created_at) values
         ($1, 1, gen_random_uuid(), 'shopper', null, $2, 'text', 'I live in ' || $3, now()),
         ($1, 2, gen_random_uuid(), 'staff', 'sub-of-anna', 'Anna', 'text', 'So you live in ' || $3, now())`,
      [id, one.name, one.word],
    );
    await client.query(
      `with noted as (
         insert into couture.webhook_event (type, session_id, seq, data, happened_at)
         values ('chat.opened', $1, 1, jsonb_build_object('customer_id', $2::text, 'agent', 'anna'), now()) returning event_id)
       insert into couture.webhook_delivery (webhook_id, event_id, session_id)
       select webhook_id, event_id, $1 from noted, couture.webhook`,
      [id, customer],
    );
    await client.query(
      `insert into couture.chat_note (session_id, author, author_name, body) values ($1, 'sub-of-anna', 'Anna B.', $2)`,
      [id, `from ${one.word}`],
    );
    await client.query(
      `insert into couture.chat_rating (session_id, score, comment, agent) values ($1, 4, $2, 'sub-of-anna')`,
      [id, `Rated from ${one.word}`],
    );
    await client.query(
      `with label as (insert into couture.chat_label (name) values ($2) on conflict (lower(name)) do update set name = excluded.name returning label_id)
       insert into couture.chat_session_label (session_id, label_id) select $1, label_id from label`,
      [id, `about ${one.word}`],
    );
    await client.query(
      `insert into couture.chat_scheduled (client_message_id, session_id, sender, sender_name, body, send_at)
       values (gen_random_uuid(), $1, 'sub-of-anna', 'Anna', $2, now() + interval '1 day')`,
      [id, `Is it cold in ${one.word}?`],
    );
    await client.query(
      `with mailed as (
         insert into couture.chat_mail (session_id, reply_token, link_key)
         values ($1::uuid, format('token %s %s', $2::text, $1::uuid), convert_to($2, 'UTF8')) returning session_id)
       insert into couture.chat_mail_out (session_id, message_id, after_seq, to_seq, failed)
       select session_id, format('<%s.%s@shop.example>', session_id, $2::text), 0, 2, 'refused for ' || $2 from mailed`,
      [id, one.mark],
    );
    await client.query(
      `insert into couture.chat_ticket (ticket_hash, session_id, principal, expires_at)
       values (sha256(convert_to($1::text, 'UTF8')), $1::uuid, jsonb_build_object('sub', $2::text), now() + interval '1 hour')`,
      [id, one.id],
    );
  }
  await client.query(
    `insert into couture.chat_attachment (attachment_id, session_id, side, uploader, type, name, bytes, sent, content) values
       ($1, $2, 'shopper', $3, 'image/gif', $4, 20, true, convert_to($5, 'UTF8')),
       (gen_random_uuid(), $2, 'staff', 'anna', 'application/pdf', 'draft.pdf', 5, false, '%PDF-')`,
    [one.attachment, one.chat, `customer:${one.id}`, `../${one.word} <b>.gif`, `GIF89a ${one.word}`],
  );
  await client.query(
    `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, topics, consent_version, locale) values
       ($2, 'https://push.example', $3, $3, $1, 'k', '{orders,news}', '2026-11-29', 'en'), ($2 || '/sub', 'https://push.example', $3, $3, 'sub:' || $1, 'k', '{orders}', null, 'en')`,
    [one.id, `https://push.example/${one.mark}`, one.mark],
  );
  await client.query(
    `with mine as (
       insert into couture.push_campaign (message, audience, topic, settings, beacon_key, people)
       values (jsonb_build_object('title', 'For ' || $2::text), jsonb_build_object('user', $1::text), 'news', '{}', '\\x00', 1)
       returning campaign_id
     ), every as (
       insert into couture.push_campaign (message, audience, topic, settings, beacon_key, people)
       values ('{"title": "Sale", "body": "For everyone", "url": "/"}', '{"all": true}', 'news', '{}', '\\x00', 2) returning campaign_id
     )
     insert into couture.push_delivery (campaign_id, subscription_id, customer_id, origin, state)
     select campaign_id, (select max(subscription_id) from couture.push_subscription where customer_id = $1), $1, 'https://push.example', 'accepted'
     from (table mine union all table every) c`,
    [one.id, one.name],
  );
  await client.query(
    `insert into couture.push_told (customer_id, product_id, kind) values ($1, 'p1', 'price')`,
    [one.id],
  );
  await client.query(
    `insert into couture.bag (customer_id, items) values ($1, '[{"product_id": "p1", "quantity": 2}]')`,
    [one.id],
  );
  await client.query(
    `insert into couture.push_occasion (journey, customer_id, occasion, product_id, happened_at, bought_after, expires_at, state)
     values ('price-drop', $1, 'p1 1', 'p1', now(), now(), now(), 'done')`,
    [one.id],
  );
  await client.query(
    'insert into couture.push_order (order_id, customer_id, ordered_at) values ($2, $1, now())',
    [one.id, `order-${one.mark}`],
  );
  await client.query(
    `insert into couture.chat_invitation (visitor, customer, invite_id, arm) values ($2, $1, 'help', 'invited'), ($2, null, 'help', 'holdout')`,
    [one.id, `browser-${one.mark}`],
  );
  await client.query(
    `insert into couture.recommendation_event (type, kind, item, place, customer, visitor) values
       ('view', 'product_page', 'p1', 1, $1, $2), ('view', 'product_page', 'p2', 1, null, $2)`,
    [one.id, `browser-${one.mark}`],
  );
  await client.query(
    `insert into couture.order_request (principal, idempotency_key, request_hash, response) values
       ('customer:' || $1::text, $2::text, 'h', jsonb_build_object('to', $3::text)), ('guest:browser-' || $2, $2, 'h', null)`,
    [one.id, one.mark, one.word],
  );
  await client.query('insert into couture.revoked_subject (sub) values ($1)', [one.id]);
}

/** `schema.table` → its rows as text, sorted, for every table of the database but the catalog's. */
export async function everything(client: Client): Promise<Map<string, string[]>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', relnamespace::regnamespace::text, relname) as name from pg_class
     where relkind in ('r', 'm') and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')
       -- Digits of its hashes may be those of a name.
       and oid <> 'couture.migration'::regclass order by 1`,
  );
  const all = new Map<string, string[]>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
    all.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return all;
}

/** Rows that contain one of the words, in any case; bytes are searched, too. */
export function rowsWith(all: ReadonlyMap<string, readonly string[]>, words: readonly string[]): string[] {
  const needles = words.flatMap((word) => [word.toLowerCase(), Buffer.from(word).toString('hex')]);
  return [...all].flatMap(([table, rows]) =>
    rows
      .filter((row) => needles.some((needle) => row.toLowerCase().includes(needle)))
      .map((row) => `${table}: ${row.slice(0, 200)}`),
  );
}
