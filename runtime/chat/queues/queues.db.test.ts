// Teams, automatic assignment and targets through the server: over HTTP and sockets, on two processes.
import { randomUUID } from 'node:crypto';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { setTeam } from '../../../sql/store/chat/teams.ts';
import { type Body, ChatServer, type Socket } from '../../test-support/chat-server.ts';

interface Context {
  first: ChatServer;
  second: ChatServer;
}

const test = suite<Context>('queues');

test.before(async (context) => {
  const settings = { chatAutoAssign: true, chatCapacity: 2, chatAnswerWithin: '60s', chatTarget: '3m' };
  context.first = await ChatServer.start(settings);
  context.second = await ChatServer.start(settings, context.first.database);
  await setTeam(context.first.client, 'returns', { name: 'Returns', members: ['ben'], target: 60 });
  await setTeam(context.first.client, 'sales', { name: 'Sales', members: ['anna'] });
  await setTeam(context.first.client, 'wholesale', { intake: 'page' });
  await setTeam(context.first.client, 'office', { intake: 'transfer', members: ['carl'] });
});
test.afterEach(async ({ first }) => {
  await first.client.query('delete from couture.chat_session');
  await first.client.query(`update couture.chat_agent set state = 'available'`);
  await first.client.query('delete from couture.chat_console');
});
test.after(async ({ first, second }) => {
  await second?.close({ keepDatabase: true });
  await first?.close();
});

/** Waits until the queue view shows the chat like this. */
function shown(console: Socket, id: string, fits: (session: Body) => boolean): Promise<Body> {
  return console
    .next('sessions', ({ sessions }) => sessions.some((each: Body) => each.id === id && fits(each)))
    .then(({ sessions }) => sessions.find((each: Body) => each.id === id));
}

test('shoppers choose between teams, pages may name others, and nobody but agents those for transfers', async ({
  first,
}) => {
  const shopper = first.guest();
  const { body } = await shopper.ask('GET /api/chat-availability');
  assert.equal(body.teams, [
    { id: 'returns', name: 'Returns' },
    { id: 'sales', name: 'Sales' },
  ]);
  const teams = [];
  for (const team of ['returns', 'wholesale', 'office', 'unknown'])
    teams.push((await first.guest().begin('Hello', { team })).team);
  assert.equal(teams, ['returns', 'wholesale', null, null]);
  assert.is((await first.guest().ask('POST /api/chat-sessions', { team: 'No id' })).status, 400);
});

test('a chat is assigned to its team’s agent, who has the console open in another process', async ({
  first,
  second,
}) => {
  const [anna, ben] = [await first.agent('anna'), await second.agent('ben')];
  const [annas, bens] = [await anna.console(), await ben.console()];
  await Promise.all([annas.next('state'), bens.next('state')]);
  const { id } = await first.guest().begin('Where is my refund?', { team: 'returns' });
  const session = await shown(annas, id, ({ state }) => state === 'active');
  assert.equal([session.assigned_to, session.team, session.missed], ['ben', 'returns', false]);
  const wait = Date.parse(session.respond_by) - Date.parse(session.waiting_since);
  assert.is(Math.round(wait / 1_000), 60, 'the target of the team');
  bens.say({ type: 'watch', session_id: id, after: 0 });
  await bens.next('live');
  const said = bens.write('It is on its way.', { session_id: id });
  assert.is((await bens.next('ack')).client_message_id, said);
  assert.is((await shown(bens, id, ({ respond_by }) => respond_by === null)).state, 'active');
  anna.leave();
  ben.leave();
});

test('an agent who is away gets nothing; available again, on another page, the waiting chat', async ({
  first,
}) => {
  const anna = await first.agent('anna');
  const console = await anna.console();
  await console.next('state');
  assert.equal((await anna.ask('POST /api/chat-agents/me', { state: 'away' })).body, { state: 'away' });
  assert.is((await console.next('state')).state, 'away');
  const { id } = await first.guest().begin('Do you have it in red?', { team: 'sales' });
  await shown(console, id, ({ state }) => state === 'waiting');
  const { body } = await anna.ask('GET /api/chat-agents');
  assert.equal(
    body.agents
      .filter(({ sub }: Body) => sub === 'anna')
      .map(({ state, online, teams }: Body) => [state, online, teams]),
    [['away', true, ['sales']]],
  );
  await anna.ask('POST /api/chat-agents/me', { state: 'available' });
  assert.is((await shown(console, id, ({ state }) => state === 'active')).assigned_to, 'anna');
  anna.leave();
});

test('a console without a socket gets chats while it polls', async ({ first }) => {
  const anna = await first.agent('anna');
  await anna.ask('POST /api/chat-agents/me', { state: 'available', visible: true });
  const { id } = await first.guest().begin('Hello?', { team: 'sales' });
  await until(async () => {
    const { body } = await anna.ask('GET /api/chat-sessions?list=mine');
    return body.sessions.some((each: Body) => each.id === id);
  }, 'the chat to be assigned');
});

test('a chat moves to another team, with a note, from the queue or by its agent', async ({ first }) => {
  const anna = await first.agent('anna');
  const { id } = await first.guest().begin('An invoice, please');
  assert.is((await anna.ask(`POST /api/chat-sessions/${id}/transfer`, { team: 'nobody' })).status, 400);
  assert.is((await anna.ask(`POST /api/chat-sessions/${id}/transfer`, {})).status, 400);
  const both = { team: 'office', agent: 'anna' };
  assert.is((await anna.ask(`POST /api/chat-sessions/${id}/transfer`, both)).status, 400);
  const moved = await anna.ask(`POST /api/chat-sessions/${id}/transfer`, {
    team: 'office',
    note: 'For Carl',
  });
  assert.equal([moved.status, moved.body.team, moved.body.state], [200, 'office', 'waiting']);
  const { body } = await anna.ask('GET /api/chat-teams');
  assert.equal(
    body.teams.map(({ id, members, mine, waiting }: Body) => [id, members, mine, waiting]).sort(),
    [
      ['office', 1, false, 1],
      ['returns', 1, false, 0],
      ['sales', 1, true, 0],
      ['wholesale', 0, false, 0],
    ],
  );
  // Another agent's chat is not theirs to move.
  await first.client.query(
    `update couture.chat_session set state = 'active', assigned_to = 'ben', unanswered_since = null`,
  );
  assert.is((await anna.ask(`POST /api/chat-sessions/${id}/transfer`, { team: 'sales' })).status, 409);
});

test('a target that passes raises the alarm in every console, once', async ({ first, second }) => {
  const consoles = [
    await (await first.agent('dora')).console(),
    await (await second.agent('emil')).console(),
  ];
  const { id } = await first.guest().begin('Nobody there?', { team: 'wholesale' });
  for (const console of consoles) await shown(console, id, ({ missed }) => !missed);
  await first.client.query(`update couture.chat_session set unanswered_since = now() - interval '4 minutes'`);
  for (const console of consoles)
    await shown(console, id, ({ missed, state }) => missed && state === 'waiting');
});

test('labels reach every console, and never the shopper', async ({ first, second }) => {
  const [anna, ben] = [await first.agent('anna'), await second.agent('ben')];
  const bens = await ben.console();
  const shopper = first.guest();
  const { id } = await shopper.begin('Two sizes too small', { team: 'wholesale' });
  const { body } = await anna.ask(`POST /api/chat-sessions/${id}/labels`, { name: '  Wrong   size ' });
  const [{ id: label, name }] = body.labels;
  assert.is(name, 'Wrong size');
  await shown(bens, id, ({ labels }) => labels.length === 1);
  const listed = (person: typeof anna, query: string) =>
    person.ask(`GET /api/chat-sessions?${query}`).then((answer) => answer.body.sessions);
  assert.equal((await listed(anna, `list=queue&label=${label}`)).length, 1);
  assert.equal((await listed(anna, `label=${label + 1}`)).length, 0);
  assert.equal((await listed(anna, `label=${label}&team=wholesale`)).length, 1);
  assert.equal((await listed(anna, `label=${label}&team=returns`)).length, 0);
  assert.equal(
    (await listed(shopper, '')).map((each: Body) => each.labels),
    [[]],
  );
  assert.is((await shopper.ask(`POST /api/chat-sessions/${id}/labels`, { name: 'Mine' })).status, 401);
  assert.equal((await ben.ask(`DELETE /api/chat-sessions/${id}/labels/${label}`)).body.labels, []);
  assert.equal((await anna.ask('GET /api/chat-labels')).body.labels, []);
  anna.leave();
  ben.leave();
});

test('a scheduled reply reaches the shopper once, and a snoozed chat returns, with two processes that try', async ({
  first,
  second,
}) => {
  const anna = await first.agent('anna');
  // Without a console, the chat would return to the queue.
  await (await anna.console()).next('state');
  const console = await (await second.agent('ben')).console();
  const shopper = first.guest();
  const { id } = await shopper.begin('Is it back in navy?', { team: 'wholesale' });
  await anna.ask(`POST /api/chat-sessions/${id}/assign`);
  const in_hours = new Date(Date.now() + 7_200_000).toISOString();
  const client_message_id = randomUUID();
  const plan = { client_message_id, body: 'Tomorrow!', send_at: in_hours };
  assert.is((await anna.ask(`POST /api/chat-sessions/${id}/scheduled`, plan)).status, 201);
  assert.is((await anna.ask(`POST /api/chat-sessions/${id}/scheduled`, plan)).status, 201);
  await anna.ask(`POST /api/chat-sessions/${id}/snooze`, { until: in_hours });
  await shown(console, id, (each) => each.scheduled_count === 1 && each.snoozed_until === in_hours);
  const watched = await shopper.follow(id);
  await first.client.query(
    `update couture.chat_scheduled set send_at = now(); update couture.chat_session set snoozed_until = now()`,
  );
  const { message } = await watched.next('message', (frame) => frame.message.body === 'Tomorrow!');
  assert.equal([message.client_message_id, message.sender_name], [client_message_id, 'Name of anna']);
  await shown(console, id, (each) => each.scheduled_count === 0 && each.snoozed_until === null);
  const { body } = await anna.ask(`GET /api/chat-sessions/${id}`);
  assert.is(body.messages.filter((each: Body) => each.body === 'Tomorrow!').length, 1);
  assert.is((await shopper.ask(`GET /api/chat-sessions/${id}/scheduled`)).status, 401);
  anna.leave();
});

test('agents save filters for themselves, at most 20', async ({ first }) => {
  const [anna, ben] = [await first.agent('anna'), await first.agent('ben')];
  const filter = { name: 'Late returns', list: 'queue', team: 'returns', search: 'late' };
  const { body } = await anna.ask('POST /api/chat-filters', filter);
  assert.equal(body, { id: body.id, ...filter, label: null });
  await anna.ask('POST /api/chat-filters', { name: 'LATE returns', list: 'mine' });
  const own = async (person: typeof anna) => (await person.ask('GET /api/chat-filters')).body.filters;
  assert.equal(
    (await own(anna)).map(({ name, list, team }: Body) => [name, list, team]),
    [['LATE returns', 'mine', null]],
  );
  assert.equal(await own(ben), []);
  assert.is((await ben.ask(`DELETE /api/chat-filters/${body.id}`)).status, 404);
  for (let at = 1; at < 20; at++)
    await anna.ask('POST /api/chat-filters', { name: `Filter ${at}`, list: 'all' });
  assert.is((await anna.ask('POST /api/chat-filters', { name: 'One more', list: 'all' })).status, 409);
  assert.is((await anna.ask(`DELETE /api/chat-filters/${body.id}`)).status, 204);
});

test('shoppers cannot use the routes of agents', async ({ first }) => {
  const customer = await first.signedIn('7');
  for (const request of ['GET /api/chat-teams', 'POST /api/chat-agents/me', 'GET /api/chat-agents'])
    for (const [person, status] of [
      [customer, 403],
      [first.guest(), 401],
    ] as const)
      assert.is(
        (await person.ask(request, request.startsWith('POST') ? {} : undefined)).status,
        status,
        request,
      );
});

test('a visitor without an id, or who opts out, is never invited, and nothing of them is stored', async ({
  first,
}) => {
  await first.client.query(
    `insert into couture.chat_invite (invite_id, holdout, texts) values ('help', 0, '{"en": "<b>Any</b> questions?"}')`,
  );
  const anna = await first.agent('anna');
  const console = await anna.console();
  await console.next('state');
  const shopper = first.guest();
  const show = (headers: Record<string, string>) =>
    shopper.ask('POST /api/chat-invites/help/showings', undefined, headers);
  const visitor = { 'X-Couture-Visitor': 'visitor-42' };
  await until(
    async () => (await shopper.ask('GET /api/shop')).body.chat_invites === true,
    'the rule is known',
  );
  const { body, headers } = await shopper.ask('GET /api/chat-invites?locale=de');
  assert.equal([body.invites[0].text, body.invites[0].lang], ['<b>Any</b> questions?', 'en']);
  assert.match(headers.get('cache-control') ?? '', 'public');
  for (const without of [
    {},
    { ...visitor, 'Sec-GPC': '1' },
    { ...visitor, DNT: '1' },
    { 'X-Couture-Visitor': 'short' },
  ])
    assert.is((await show(without as Record<string, string>)).body.show, false);
  const stored = () =>
    first.client.query('select visitor, arm, opened_at is not null as opened from couture.chat_invitation');
  assert.equal((await stored()).rows, []);
  await until(async () => (await show(visitor)).body.show === true, 'the visitor is invited');
  assert.is((await show(visitor)).body.show, false);
  assert.is((await shopper.ask('POST /api/chat-invites/help/opened', undefined, visitor)).status, 204);
  assert.equal((await stored()).rows, [{ visitor: 'visitor-42', arm: 'invited', opened: true }]);
  const asked = await Promise.all(Array.from({ length: 80 }, () => show(visitor)));
  assert.ok(asked.some(({ status }) => status === 429));
  anna.leave();
});

test('admins keep the rules for invitations, agents do not; each is checked, and says what it achieved', async ({
  first,
}) => {
  const admin = await first.signedIn('ada', ['admin']);
  const anna = await first.agent('anna');
  const rule = {
    enabled: true,
    path: '/product/*',
    idle: 30,
    min_cart: 49.5,
    returning: true,
    team: null,
    holdout: 0.2,
    texts: { en: ' Need <b>help</b>?\u000b', ar: 'هل تحتاج مساعدة؟' },
  };
  const rules = '/api/chat-invite-rules';
  const created = await admin.ask(`POST ${rules}`, { id: 'fit', ...rule });
  assert.is(created.status, 201, JSON.stringify(created.body));
  const kept = { id: 'fit', ...rule, texts: { ...rule.texts, en: 'Need <b>help</b>?' } };
  assert.equal(created.body, { ...kept, achieved: { invited: 0, opened: 0, held_out: 0 } });
  await first.client.query(
    `insert into couture.chat_invitation (visitor, invite_id, arm, opened_at)
     select 'someone ' || n, 'fit', case when n < 4 then 'invited' else 'holdout' end, case when n = 1 then now() end
     from generate_series(1, 5) n`,
  );
  const listed = async () =>
    (await admin.ask(`GET ${rules}`)).body.rules.find(({ id }: { id: string }) => id === 'fit');
  assert.equal((await listed()).achieved, { invited: 3, opened: 1, held_out: 2 });
  // Four invited and five held out, of whom three and one ordered within a week of it.
  await first.client.query(
    `with ordering as (
       select o.customer_id::text as customer, min(o.created_at) as at from shop.orders o
       where status in ('delivered', 'shipped') group by 1 order by 1 limit 4
     ), gone as (
       select at - interval '5 days' + (now() - interval '20 days' - at) as at, customer, now() - interval '20 days' - at as later from ordering
     ), moved as (
       update shop.orders o set created_at = created_at + later from gone where o.customer_id::text = gone.customer
     )
     insert into couture.chat_invitation (visitor, customer, invite_id, arm, at)
     select 'buyer ' || n, customer, 'fit', case when n < 4 then 'invited' else 'holdout' end, at
     from (select *, row_number() over (order by customer) as n from gone) g
     union all
     select 'looker ' || n, null, 'fit', case when n = 1 then 'invited' else 'holdout' end, now() - interval '25 days' from generate_series(1, 5) n`,
  );
  const compared = await admin.ask('GET /api/chat-invite-lifts');
  assert.is(compared.status, 200, JSON.stringify(compared.body));
  const { lifts, ...over } = compared.body;
  assert.equal(over, { days: 90, window_days: 7, detect: 0.05 });
  const { id, invited, held_out, left_out, conversion, revenue_per_visitor } = lifts[0];
  assert.equal([id, invited.visitors, invited.buyers], ['fit', 4, 3]);
  assert.equal([held_out.visitors, held_out.buyers, left_out], [5, 1, { too_recent: 5, both: 0 }]);
  assert.equal(
    [conversion.group, conversion.control, conversion.relative.toFixed(6)],
    [0.75, 0.2, '2.750000'],
  );
  assert.ok(conversion.low < 0 && conversion.high > conversion.relative && !conversion.significant);
  assert.ok(revenue_per_visitor.group > 0 && revenue_per_visitor.control > 0);
  // A text that the form no longer has is gone.
  const changed = await admin.ask(`POST ${rules}/fit`, { ...rule, enabled: false, texts: { de: 'Hilfe?' } });
  assert.equal([changed.status, changed.body.enabled, changed.body.texts], [200, false, { de: 'Hilfe?' }]);
  const wrong: object[] = [
    { path: 'product' },
    { path: '/a?b' },
    { idle: 4 },
    { idle: 3_601 },
    { idle: 5.5 },
    { min_cart: 0 },
    { min_cart: -1 },
    { holdout: 0.95 },
    { team: 'none' },
    { texts: {} },
    { texts: { EN: 'Help?' } },
    { texts: { en: ' \u200b ' } },
    { texts: { en: 'two\nlines' } },
    { texts: { en: 'x'.repeat(161) } },
    { unknown: 1 },
  ];
  for (const part of wrong) {
    const { status } = await admin.ask(`POST ${rules}/fit`, { ...rule, ...part });
    assert.is(status, 400, JSON.stringify(part));
  }
  assert.is((await admin.ask(`POST ${rules}`, { id: 'fit', ...rule })).status, 400);
  for (const person of [anna, await first.signedIn('7'), first.guest()])
    for (const request of [
      `GET ${rules}`,
      'GET /api/chat-invite-lifts',
      `POST ${rules}`,
      `POST ${rules}/fit`,
      `DELETE ${rules}/fit`,
    ]) {
      const { status } = await person.ask(
        request,
        request.startsWith('POST') ? { id: 'fit', ...rule } : undefined,
      );
      assert.ok([401, 403].includes(status), `${request} ${status}`);
    }
  assert.equal((await listed()).texts, { de: 'Hilfe?' });
  assert.is((await admin.ask(`DELETE ${rules}/fit`)).status, 204);
  assert.is(await listed(), undefined);
});
