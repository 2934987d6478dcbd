// Least privilege: what a role needs for serving, building or sending push messages → the SQL that grants it.
import { type Queryable, quoteIdentifier } from '../pool.ts';
import { listTableNames, listTables } from '../store/builds/list-partitions.ts';
import { definer } from './setup-sql.ts';

/** `web` is `couture serve`, `build` is `couture recs …`, `push` is `couture push …`. */
export const roleUses = ['web', 'build', 'push'] as const;
export type RoleUse = (typeof roleUses)[number];

interface Rights {
  /** Privileges → tables of the schema couture. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** Source views; a view that the shop does not have is left out. */
  readonly views: readonly string[];
}

const published = ['migration', 'build', 'published', 'product_key', 'customer_key', ...listTables];
/** With orders that do not count: a build reports their states, the journey `order-status` cancellations. */
const views = ['product', 'order_line', 'watchlist', 'customer', 'shop_setting', 'shop_order'];

const pushTables = [
  'push_campaign',
  'push_delivery',
  'push_journey',
  'push_occasion',
  'push_watched',
  'push_told',
  'bag',
  'push_order',
];

/** Rows are deleted through foreign keys with the rights of the tables' owner; `for update` needs UPDATE. */
const rights: Readonly<Record<RoleUse, Rights>> = {
  web: {
    tables: {
      select: [...published, 'experiment', 'curation', 'synonym', 'erasure', 'chat_team', 'chat_team_member'],
      'select, insert': ['chat_message', 'chat_note'],
      'select, insert, update': ['chat_agent', 'chat_rating', 'webhook_delivery'],
      'select, update': ['webhook'],
      'select, insert, delete': ['chat_ticket', 'revoked_subject', 'webhook_event', 'watch_entry'],
      'select, insert, update, delete': [
        'catalogue',
        'chat_session',
        'chat_attachment',
        'chat_reply',
        'chat_filter',
        'chat_label',
        'chat_session_label',
        'chat_scheduled',
        'chat_invite',
        'chat_invitation',
        'chat_console',
        'chat_agent_device',
        'chat_mail',
        'chat_mail_out',
        'chat_mailbox',
        'order_request',
        'recommendation_event',
        'push_subscription',
        // `couture serve` sends scheduled campaigns, and runs journeys.
        ...pushTables,
      ],
    },
    views,
  },
  build: {
    tables: {
      select: ['migration', 'recommendation_event', 'recommendation', 'watch_entry'],
      'select, insert, delete': ['curation'],
      'select, insert, update': [
        'build',
        'published',
        'product_key',
        'customer_key',
        'experiment',
        'tuning_run',
        'tuning_trial',
      ],
    },
    views,
  },
  push: {
    tables: {
      select: [...published, 'recommendation_event', 'curation', 'watch_entry'],
      'select, insert, update, delete': ['push_subscription', ...pushTables],
    },
    views,
  },
};

/**
 * The statements that give an existing role what these uses need, and no more. They run as the owner of the schemas `couture`
 * and `couture_source`, or as a superuser. Privileges that the role has already are not revoked.
 * @throws the error of Postgres when the schema cannot be read
 */
export async function roleGrants(
  client: Queryable,
  role: string,
  uses: readonly RoleUse[],
): Promise<string[]> {
  const name = quoteIdentifier(role);
  const { rows } = await client.query<{ database: string; views: string[]; functions: string[] }>(
    `select current_database() as database,
       array(select relname::text from pg_class where relnamespace = to_regnamespace('couture_source')
             and relkind in ('v', 'm', 'r', 'f', 'p') order by 1) as views,
       array(select p.oid::regprocedure::text from pg_proc p where p.pronamespace = to_regnamespace('couture_source')
             and p.proname in ('watch', 'unwatch') order by 1) as functions`,
  );
  const { database, views, functions } = rows[0]!;
  const temporary = uses.includes('web') ? ', temporary' : '';
  const statements = [
    `grant connect${temporary} on database ${quoteIdentifier(database)} to ${name};`,
    `grant usage on schema couture to ${name};`,
  ];
  for (const [privileges, tables] of privilegesOf(uses))
    statements.push(
      `grant ${privileges} on ${tables.map((each) => `couture.${each}`).join(', ')} to ${name};`,
    );
  const readable = views.filter((view) => uses.some((use) => rights[use].views.includes(view)));
  if (views.length > 0) statements.push(`grant usage on schema couture_source to ${name};`);
  if (readable.length > 0)
    statements.push(
      `grant select on ${readable.map((each) => `couture_source.${each}`).join(', ')} to ${name};`,
    );
  if (uses.includes('web'))
    for (const each of functions) statements.push(...definer(each, name).trimEnd().split('\n'));
  if (uses.includes('build')) statements.push(...(await ownedLists(client, role)));
  return statements;
}

/** Tables for which the current role lacks a privilege that this use needs: as after a migration that brought new tables. */
export async function tablesNotGranted(client: Queryable, use: RoleUse): Promise<string[]> {
  const needed = Object.entries(rights[use].tables).flatMap(([privileges, tables]) =>
    tables.flatMap((table) => privileges.split(', ').map((privilege) => [`couture.${table}`, privilege])),
  );
  const { rows } = await client.query<{ name: string }>(
    `select distinct name from unnest($1::text[], $2::text[]) as needed (name, privilege)
     where not has_table_privilege(to_regclass(name), privilege) order by name`,
    [needed.map(([name]) => name), needed.map(([, privilege]) => privilege)],
  );
  return rows.map(({ name }) => name);
}

/** Postgres lets only the owner of a table attach and detach its partitions. The previous owner keeps its rights as a member. */
async function ownedLists(client: Queryable, role: string): Promise<string[]> {
  const { rows } = await client.query<{ owner: string; superuser: boolean }>(
    `select distinct pg_get_userbyid(c.relowner)::text as owner, r.rolsuper as superuser
     from pg_class c join pg_roles r on r.oid = c.relowner
     where c.relnamespace = to_regnamespace('couture') and c.relkind in ('p', 'r')
       and c.relname ~ '${listTableNames}(_b\\d+)?$' and r.rolname <> $1`,
    [role],
  );
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('couture.%I', relname) as name from pg_class
     where relnamespace = to_regnamespace('couture') and relkind in ('p', 'r')
       and relname ~ '${listTableNames}(_b\\d+)?$' order by 1`,
  );
  const name = quoteIdentifier(role);
  return [
    `grant create on schema couture to ${name};`,
    ...rows
      .filter(({ superuser }) => !superuser)
      .map(({ owner }) => `grant ${name} to ${quoteIdentifier(owner)};`),
    ...tables.map((table) => `alter table ${table.name} owner to ${name};`),
  ];
}

/** Each table once, with the privileges of all uses. */
function privilegesOf(uses: readonly RoleUse[]): Map<string, string[]> {
  const ofTable = new Map<string, Set<string>>();
  for (const use of uses)
    for (const [privileges, tables] of Object.entries(rights[use].tables))
      for (const table of tables) {
        const all = ofTable.get(table) ?? new Set();
        for (const each of privileges.split(', ')) all.add(each);
        ofTable.set(table, all);
      }
  const grouped = new Map<string, string[]>();
  for (const [table, set] of ofTable) {
    const privileges = ['select', 'insert', 'update', 'delete'].filter((each) => set.has(each)).join(', ');
    grouped.set(privileges, [...(grouped.get(privileges) ?? []), table]);
  }
  return grouped;
}
