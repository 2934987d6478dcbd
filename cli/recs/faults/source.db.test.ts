// Restricted access to the shop: roles with few rights, and a proxy that refuses COPY.
import { assert, suite } from '../../../fixtures/suite.ts';
import { quoteIdentifier } from '../../../sql/pool.ts';
import { CopyRefusingProxy } from '../../test-support/copy-refusing-proxy.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  faultShop,
  whatIsServed,
} from '../../test-support/fault-shop.ts';
import { BuildCommand } from '../../test-support/spawned-build.ts';

const test = suite<{ shop: FaultShop; role: string; asRole: string }>('a build with few rights');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
  const { client, url } = context.shop;
  // Roles belong to the whole server, which other runs share.
  context.role = `${new URL(url).pathname.slice(1)}-reader`;
  await client.query(`create role ${quoteIdentifier(context.role)} login password 'reads'`);
  const asRole = new URL(url);
  asRole.username = context.role;
  asRole.password = 'reads';
  context.asRole = asRole.toString();
});
test.afterEach(async ({ shop, role }) => {
  await shop.client.query(`drop owned by ${quoteIdentifier(role)}; drop role ${quoteIdentifier(role)}`);
  await shop.drop();
});

test('reads with a role that can only select from the source views, and writes with another', async ({
  shop,
  role,
  asRole,
}) => {
  const before = await whatIsServed(shop.client);
  await shop.client.query(
    `grant usage on schema couture_source to ${quoteIdentifier(role)};
     grant select on all tables in schema couture_source to ${quoteIdentifier(role)};
     alter role ${quoteIdentifier(role)} set default_transaction_read_only = on`,
  );
  const { code, stdout, stderr } = await new BuildCommand(shop, ['--json'], {
    COUTURE_SOURCE_URL: asRole,
  }).outcome();
  assert.is(code, 0, stderr);
  assert.is(JSON.parse(stdout).state, 'published');
  assert.equal(await whatIsServed(shop.client), { ...before, builds: [2] });
});

test('names the view that a role cannot read', async ({ shop, role, asRole }) => {
  await shop.client.query(
    `grant usage on schema couture_source to ${quoteIdentifier(role)};
     grant select on couture_source.product, couture_source.order_line, couture_source.customer to ${quoteIdentifier(role)}`,
  );
  const { code, stderr } = await new BuildCommand(shop, [], { COUTURE_SOURCE_URL: asRole }).outcome();
  assert.is(code, 2);
  assert.match(stderr, /error: .*couture_source\.watchlist/);
  assert.match(stderr, /grant select/i);
  assert.equal((await buildStates(shop.client))[1], 'published');
});

test('names the missing grant if the role cannot write the schema couture', async ({ shop, asRole }) => {
  const { code, stderr } = await new BuildCommand({ url: asRole, home: shop.home }).outcome();
  assert.is(code, 1);
  assert.match(
    stderr,
    /error: Postgres rejected a statement \(42501\): permission denied for schema couture/,
  );
  assert.match(stderr, /"couture doctor" prints the statements that grant it/);
});

const copy = suite<{ shop: FaultShop; proxy: CopyRefusingProxy }>('a source that refuses COPY');

copy.beforeEach(async (context) => {
  context.shop = await faultShop();
  context.proxy = await CopyRefusingProxy.start(context.shop.url);
});
copy.afterEach(async ({ shop, proxy }) => {
  await proxy.stop();
  await shop.drop();
});

copy('is read through a cursor instead, with the same result', async ({ shop, proxy }) => {
  const before = await whatIsServed(shop.client);
  const summary = await buildHere(shop, { sourceUrl: proxy.url });
  assert.is(proxy.refused.length, 1);
  assert.is(summary.state, 'published');
  const { rows } = await shop.client.query<{ reader: string }>(
    `select metrics->>'reader' as reader from couture.build where build_id = 2`,
  );
  assert.is(rows[0]!.reader, 'cursor');
  assert.equal(await whatIsServed(shop.client), { ...before, builds: [2] });
});

copy('fails with a hint when COPY was asked for', async ({ shop, proxy }) => {
  const { code, stderr } = await new BuildCommand(shop, ['--reader', 'copy'], {
    COUTURE_SOURCE_URL: proxy.url,
  }).outcome();
  assert.is(code, 1);
  assert.match(stderr, /error: COPY was refused: COPY is not supported\n {2}Use --reader cursor/);
  assert.is((await buildStates(shop.client))[2], 'failed');
});
