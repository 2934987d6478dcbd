// A real Vendure from npm: the tables that it makes, orders in the states that it writes, its cookie session through the bridge.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import type { Client } from '../../sql/pool.ts';
import type { ConnectReport } from '../connect/connect.ts';
import { installVendure, vendureShop } from '../test-support/platforms/installed-vendure.ts';
import { plantShop } from '../test-support/platforms/planted-shop.ts';
import { checkAddresses, compareWithPlanted, measureLists } from '../test-support/platforms/platform-shop.ts';
import { runCommand } from '../test-support/run-command.ts';

const size = { outfits: 8, kinds: 4, sizes: 2, customers: 40, orders: 300, noise: 0.03 };
const secret = 'a secret that only the shop and couture know';
const folder = await installVendure().catch((error: Error) => error);

const test = databaseSuite('a real Vendure', { timeout: 1_200_000 });
const title = 'one command connects it; its states, lists and sessions are understood';

if (typeof folder !== 'string') {
  console.log(`skipped, not installed: ${folder.message.trim()}`);
  test.skip(title);
} else
  test(title, async (context) => {
    const undo: Array<() => Promise<unknown>> = [];
    try {
      await tryVendure(context, folder, (step) => undo.push(step));
    } finally {
      for (const step of undo.reverse()) await step();
    }
  });

async function tryVendure(
  { client, database }: DatabaseContext,
  installation: string,
  later: (step: () => Promise<unknown>) => void,
): Promise<void> {
  await plantShop(client, size);
  const project = vendureShop(installation, database.url, { COUTURE_JWT_SECRET: secret, TZ: 'UTC' });
  await project.fill();
  const shop = await project.serve();
  later(shop.stop);

  const directory = await mkdtemp(path.join(os.tmpdir(), 'couture-connect-'));
  later(() => rm(directory, { recursive: true, force: true }));
  const { code, stdout, stderr } = await runCommand(
    ['connect', database.url, '--yes', '--json', '--workers', '1', '--shop-url', shop.url],
    { cwd: directory, env: { PATH: process.env.PATH! } },
  );
  assert.is(code, 0, stderr + stdout);
  const report = JSON.parse(stdout) as ConnectReport;
  assert.is(report.platform, 'vendure');
  assert.equal(Object.fromEntries(report.shop!.statuses.map(({ status, counts }) => [status, counts])), {
    PaymentAuthorized: true,
    PaymentSettled: true,
    Shipped: true,
    Delivered: true,
    Cancelled: false,
    refunded: false,
    'not placed: AddingItems': false,
    'not placed: ArrangingPayment': false,
    'not placed: Draft': false,
  });
  assert.equal(await compareWithPlanted(client), {});
  const share = await measureLists(client);
  if (process.env.COUTURE_TEST_FIGURES) console.log(JSON.stringify(share));
  assert.ok(share.entries > 120 && share.inside / share.entries >= 0.93, JSON.stringify(share));
  assert.is(share.falsePairs, 0);
  await checkAddresses(client, database.url);

  const { config } = loadConfig({
    directory,
    env: { COUTURE_JWT_SECRET: secret },
    flags: { port: 0, drain: 0 },
  });
  const server = await startServer({ config, databaseUrl: database.url, log: openLog('silent') });
  later(() => server.close());
  await checkSession(client, shop.url, server.url);
}

/** The bridge turns Vendure's cookie into a token for the customer, whose id is not the user's; the session itself is refused. */
async function checkSession(client: Client, shop: string, couture: string): Promise<void> {
  const { rows } = await client.query<{ customer: number; user: number }>(
    `select id as customer, "userId" as user from customer where "emailAddress" = 'u1@shop.example'`,
  );
  const { customer, user } = rows[0]!;
  assert.is.not(customer, user);
  const query = `mutation { login(username: "u1@shop.example", password: "a password") { __typename } }`;
  const signedIn = await fetch(`${shop}/shop-api`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  assert.equal(await signedIn.json(), { data: { login: { __typename: 'CurrentUser' } } });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const tokenOf = async (headers: Record<string, string>) =>
    (await (await fetch(`${shop}/couture-token`, { headers })).json()) as string | null;
  assert.is(await tokenOf({}), null);
  const token = (await tokenOf({ cookie }))!;
  assert.is(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).sub, String(customer));

  const personalized = (bearer: string) =>
    fetch(`${couture}/api/recommendations/personalized?limit=5`, {
      headers: { Authorization: `Bearer ${bearer}` },
    });
  const answer = await personalized(token);
  assert.is(answer.status, 200);
  // A variant that the customer bought stands for its product.
  const { rows: listed } = await client.query<{ item: string }>(
    `select variant.product_id::text as item
     from couture.recommendation
       join couture_source.product listed on listed.product_id::text = item_id::text
       join couture_source.product variant
         on variant.product_id = listed.product_id or variant.group_id = listed.group_id
     where kind = 'personalized' and subject = $1`,
    [String(customer)],
  );
  const known = new Set(listed.map((each) => each.item));
  const own = ((await answer.json()) as Array<{ id: number }>).filter(({ id }) => known.has(String(id)));
  assert.ok(own.length >= 3, `${own.length} of the customer's list`);
  assert.is((await personalized(signedIn.headers.get('vendure-auth-token')!)).status, 401);
}
