// `couture webhooks` from the command line, and the check of `couture doctor`.
import { migratedDatabase, type TestDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type WebhookReceiver, webhookReceiver } from '../../../runtime/test-support/webhook-receiver.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { checkWebhooks } from '../../doctor/webhook-checks.ts';
import { type CommandOutcome, runCommand } from '../../test-support/run-command.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  receiver: WebhookReceiver;
}

const test = suite<Context>('couture webhooks');
test.before(async (context) => {
  context.database = await migratedDatabase();
  context.client = await openClient(context.database.url);
  context.receiver = await webhookReceiver();
});
test.after(async ({ database, client, receiver }) => {
  await receiver.close();
  await client.end();
  await database.drop();
});

function couture({ database }: Context, ...args: string[]): Promise<CommandOutcome> {
  const { PATH = '', HOME = '' } = process.env;
  return runCommand(['webhooks', ...args], { cwd: '/', env: { PATH, HOME, DATABASE_URL: database.url } });
}

test('a receiver is added, tried, listed, given a new secret and removed', async (context) => {
  const { client, receiver } = context;
  const checks = () => checkWebhooks({ database: async () => context.database.url });
  assert.equal(await checks(), []);
  const added = await couture(
    context,
    ...['add', receiver.url, '--events', 'chat.opened, chat.message', '--allow-private', '--json'],
  );
  assert.is(added.code, 0, added.stderr);
  const { webhook_id, secret, events } = JSON.parse(added.stdout);
  const id = String(webhook_id);
  assert.equal(events, ['chat.opened', 'chat.message']);
  const key = (text: string) => Buffer.from(text.replace('whsec_', ''), 'base64');
  assert.is(key(secret).length, 32);
  receiver.secrets.push(key(secret));

  const tried = await couture(context, 'test', id);
  assert.equal(
    [tried.code, receiver.got.at(-1)?.valid, receiver.got.at(-1)?.event.type],
    [0, 1, 'webhook.test'],
  );
  assert.match(tried.stdout, /^Accepted: 204, after /);
  assert.equal(
    (await checks()).map(({ state }) => state),
    ['ok'],
  );

  const rotated = await couture(context, 'rotate', id, '--json');
  receiver.secrets.push(key(JSON.parse(rotated.stdout).secret));
  receiver.answer = (response) => void response.writeHead(500).end();
  const refused = await couture(context, 'test', id);
  assert.equal([refused.code, receiver.got.at(-1)?.valid], [1, 2]);
  assert.match(refused.stdout, 'Not accepted: 500, refused');

  await client.query(
    `update couture.webhook set disabled_at = now(), disabled_why = 'accepted nothing for 3 days'`,
  );
  assert.equal(
    (await checks()).map(({ state }) => state),
    ['fail'],
  );
  const list = await couture(context, 'list');
  assert.match(list.stdout, /disabled .*accepted nothing/s);
  assert.not.match(list.stdout, 'whsec_');
  assert.is((await couture(context, 'enable', id)).code, 0);
  await client.query(
    `insert into couture.chat_session (session_id, visitor_key) values ('00000000-0000-4000-8000-000000000001', 'guest:a');
     insert into couture.chat_message (session_id, seq, client_message_id, side, kind, body, created_at)
     values ('00000000-0000-4000-8000-000000000001', 1, gen_random_uuid(), 'shopper', 'text', 'Hello', now())`,
  );
  assert.match((await couture(context, 'log', id)).stdout, /chat\.message.*waiting.*\n.*chat\.opened/s);
  assert.match((await couture(context, 'log', '--failed')).stdout, 'No deliveries.');
  assert.is((await couture(context, 'remove', id)).code, 0);
  assert.match((await couture(context, 'list')).stdout, 'No receivers.');
  const { rows } = await client.query('select from couture.webhook_delivery');
  assert.equal(rows, []);
});

test('wrong use is refused with what to do', async (context) => {
  const url = 'https://127.0.0.1/hook';
  for (const [args, words] of [
    [['add', 'http://crm.shop.example/hook'], 'not an https URL'],
    [['add', url], 'an address that is not public'],
    [['add', url, '--events', 'chat.open', '--allow-private'], '"chat.open" is unknown'],
    [['add', url, '--order-days', '31', '--allow-private'], 'from 1 to 30'],
    [['test', '99'], 'There is no receiver "99"'],
    [['rotate', 'x'], 'There is no receiver "x"'],
    [['rotate', '1', '--keep', '99d'], 'up to 30d'],
    [['enable', '99'], 'couture webhooks list'],
    [['remove', '99'], 'couture webhooks list'],
    [['log', '--limit', '0'], 'from 1 to 1000'],
  ] as const) {
    const { code, stderr } = await couture(context, ...args);
    assert.is(code, 2, args.join(' '));
    assert.match(stderr, words);
  }
  for (let at = 0; at < 20; at++) assert.is((await couture(context, 'add', url, '--allow-private')).code, 0);
  assert.match(
    (await couture(context, 'add', url, '--allow-private')).stderr,
    'There are 20 receivers already',
  );
});
