// Invitations to the chat: once in seven days for each visitor and customer, and a control group that stays the same.
import { migratedDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type Client, openClient, openPool, type Pool } from '../../sql/pool.ts';
import { holdConsoles } from '../../sql/store/chat/consoles.ts';
import { setInvite, storeInvitation } from '../../sql/store/chat/invites.ts';
import { setTeam } from '../../sql/store/chat/teams.ts';
import { openLog } from '../core/log.ts';
import { BusinessHours } from './business-hours.ts';
import { Invites } from './invites.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  pools: Pool[];
}

const test = suite<Context>('invitations to the chat');

test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.pools = [1, 2].map(() => openPool(context.database.url, { max: 4 }));
});
test.beforeEach(async ({ client }) => {
  await client.query(
    'truncate couture.chat_invite, couture.chat_invitation, couture.chat_team, couture.chat_agent, couture.chat_console, couture.chat_session cascade',
  );
});
test.after(async ({ database, client, pools }) => {
  for (const pool of pools) await pool.end();
  await client.end();
  await database.drop();
});

const always = new BusinessHours(undefined, 'UTC');

/** What one process decides; a new one has read no rules yet. */
function process(pool: Pool, { hours = always, capacity = 2 as number | null } = {}): Invites {
  return new Invites({ pool, log: openLog('silent'), hours, capacity, locale: 'de', keepDays: 30 });
}

async function atDesk(client: Client, ...subs: string[]): Promise<void> {
  await client.query(
    'insert into couture.chat_agent (sub) select unnest($1::text[]) on conflict do nothing',
    [subs],
  );
  await holdConsoles(
    client,
    'test',
    subs.map((sub) => ({ sub, visible: true })),
  );
}

const invitation = (visitor: string, customer: string | null = null) =>
  ({ visitor, customer, invite: 'help', arm: 'invited' }) as const;

test('of many tabs, processes and devices of one person that ask at once, one gets it', async ({ pools }) => {
  for (let round = 0; round < 10; round++) {
    const asked = Array.from({ length: 16 }, (_, n) =>
      storeInvitation(pools[n % 2]!, invitation(`${round} device ${n % 4}`, `customer ${round}`)),
    );
    assert.is((await Promise.all(asked)).filter(Boolean).length, 1);
  }
});

test('whatever visits and sign-ins, nobody is invited twice within seven days, and everybody after them', async ({
  client,
  pools,
}) => {
  const random = new Random(11);
  const pick = (most: number) => Math.floor(random.next() * most);
  const stored: Array<{ visitor: string; customer: string | null; hour: number }> = [];
  let hour = 0;
  for (let visit = 0; visit < 400; visit++) {
    // Time passes for the stored ones.
    const hours = pick(30);
    await client.query(`update couture.chat_invitation set at = at - make_interval(hours => $1)`, [hours]);
    hour += hours;
    const visitor = `v${pick(6)}`;
    const customer = pick(2) === 0 ? null : `c${pick(4)}`;
    const isFree = !stored.some(
      (each) =>
        (each.visitor === visitor || (customer !== null && each.customer === customer)) &&
        hour - each.hour < 7 * 24,
    );
    const now = await storeInvitation(pools[visit % 2]!, invitation(visitor, customer));
    assert.is(now, isFree, `visit ${visit} of ${visitor}, ${customer}, hour ${hour}`);
    if (now) stored.push({ visitor, customer, hour });
  }
  assert.ok(stored.length > 50, String(stored.length));
});

test('the control group is a stable share, the same in every process, and is not invited', async ({
  client,
  pools,
}) => {
  await atDesk(client, 'anna');
  await setInvite(client, 'help', { holdout: 0.3, texts: { en: 'Any questions?' } });
  const processes = pools.map((pool) => process(pool));
  const first: boolean[] = [];
  for (let n = 0; n < 400; n++)
    first.push((await processes[n % 2]!.show('help', { visitor: `visitor-${n}`, customer: null }))!.show);
  const held = first.filter((show) => !show).length;
  assert.ok(held > 80 && held < 160, `${held} of 400`);
  const { rows } = await client.query(
    `select arm, count(*)::int as n from couture.chat_invitation group by arm order by arm`,
  );
  assert.equal(rows, [
    { arm: 'holdout', n: held },
    { arm: 'invited', n: 400 - held },
  ]);
  // A week later, and in the other process.
  await client.query(`update couture.chat_invitation set at = at - interval '8 days'`);
  for (let n = 0; n < 400; n += 7)
    assert.is(
      (await processes[(n + 1) % 2]!.show('help', { visitor: `visitor-${n}`, customer: null }))!.show,
      first[n],
    );
});

test('nobody is invited to an empty, busy or closed desk, and then the week has not begun', async ({
  client,
  pools,
}) => {
  const [pool] = pools as [Pool];
  await setTeam(client, 'sales', { members: ['ben'] });
  await setInvite(client, 'help', { holdout: 0, texts: { en: 'Any questions?' } });
  await setInvite(client, 'sizes', { holdout: 0, team_id: 'sales', texts: { en: 'Which size?' } });
  const invites = process(pool, { capacity: 1 });
  const shows = async (id: string, of = invites) =>
    (await of.show(id, { visitor: 'visitor-1', customer: null }))!.show;
  assert.not(await shows('help'), 'no console is open');
  await atDesk(client, 'anna');
  assert.not(await shows('sizes'), 'nobody of the team');
  await client.query(`update couture.chat_agent set state = 'away'`);
  assert.not(await shows('help'), 'away');
  await client.query(`update couture.chat_agent set state = 'available'`);
  await client.query(
    `insert into couture.chat_session (visitor_key, state, assigned_to, last_seq) values ('guest:a', 'active', 'anna', 1)`,
  );
  assert.not(await shows('help'), 'no room');
  await client.query('update couture.chat_agent set capacity = 2');
  await client.query(`insert into couture.chat_session (visitor_key, last_seq) values ('guest:b', 1)`);
  assert.not(await shows('help'), 'somebody waits');
  await client.query(`delete from couture.chat_session where state = 'waiting'`);
  const night = new BusinessHours([{ day: (new Date().getUTCDay() + 3) % 7, from: 0, to: 60 }], 'UTC');
  assert.not(await shows('help', process(pool, { hours: night })), 'closed');
  assert.equal(
    await invites.show('help', { visitor: undefined, customer: null }),
    { show: false, retry_after: 604_800 },
    'no id',
  );
  assert.ok(await shows('help'));
  assert.not(await shows('help'), 'a second time');
  assert.is(await invites.show('unknown', { visitor: 'visitor-1', customer: null }), undefined);
});

test('texts are in the asked language, or else in the shop’s; rules that are off are not listed', async ({
  client,
  pools,
}) => {
  const invites = process(pools[0]!);
  await setInvite(client, 'one', { texts: { en: 'Hello', de: 'Hallo', ar: 'مرحبا' } });
  await setInvite(client, 'two', { texts: { ar: 'مرحبا', en: 'Hello' }, min_cart: 49.5 });
  await setInvite(client, 'three', { texts: { en: 'Hello' }, enabled: false });
  await setInvite(client, 'one', { texts: { fr: 'Bonjour' }, idle: 60 });
  const texts = async (locale?: string) => (await invites.list(locale)).map(({ text }) => text);
  assert.equal(await texts('fr-CA'), ['Bonjour', 'Hello']);
  assert.equal(await texts('ar'), ['مرحبا', 'مرحبا']);
  assert.equal(await texts(), ['Hallo', 'Hello']);
  const [one, two] = await invites.list('en');
  assert.equal([one!.idle, one!.path, two!.min_cart, two!.lang], [60, '/*', 49.5, 'en']);
  assert.is(await setInvite(client, 'none', { path: '/cart' }), undefined);
});
