// GET, POST and DELETE /api/watchlist over a real server.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type Reply, type ShopServer, shopServer } from '../../test-support/shopper-routes.ts';

const test = suite<{ shop: ShopServer }>('watch list routes');

test.beforeEach(async (context) => {
  context.shop = await shopServer();
});
test.afterEach(({ shop }) => shop.close());

function watched(reply: Reply): unknown {
  assert.is(reply.status, 200, JSON.stringify(reply.body));
  return reply.body.products.map((product: { id: number }) => product.id);
}

test('products are added and removed, and responses show the list', async ({ shop }) => {
  assert.equal(watched(await shop.ask('GET /api/watchlist', { as: '7' })), []);
  await shop.ask('POST /api/watchlist', { as: '7', body: { product_id: 3 } });
  assert.equal(
    watched(await shop.ask('POST /api/watchlist', { as: '7', body: { product_id: '1' } })),
    [1, 3],
  );
  assert.equal(watched(await shop.ask('POST /api/watchlist', { as: '7', body: { product_id: 1 } })), [1, 3]);
  const { body } = await shop.ask('GET /api/watchlist', { as: '7' });
  assert.equal([body.products[0].price, body.products[0].in_stock], [20, true]);
  assert.equal(watched(await shop.ask('DELETE /api/watchlist?product_id=1', { as: '7' })), [3]);
  assert.equal(watched(await shop.ask('DELETE /api/watchlist', { as: '7', body: { product_id: 3 } })), []);
  assert.equal(watched(await shop.ask('DELETE /api/watchlist?product_id=4711', { as: '7' })), []);
});

test('a customer cannot see or change another’s list', async ({ shop }) => {
  await shop.ask('POST /api/watchlist', { as: '7', body: { product_id: 3, customer_id: 8 } });
  assert.equal(watched(await shop.ask('GET /api/watchlist?customer_id=7', { as: '8' })), []);
  await shop.ask('DELETE /api/watchlist?product_id=3&customer_id=7', { as: '8' });
  assert.equal(watched(await shop.ask('GET /api/watchlist', { as: '7' })), [3]);
  const { rows } = await shop.client.query('select customer_id, product_id from shop.watchlist');
  assert.equal(rows, [{ customer_id: '7', product_id: '3' }]);
});

test('sold-out products stay on the list', async ({ shop }) => {
  await shop.client.query('update shop.product set inventory = 0 where product_id = 3');
  const { body } = await shop.ask('POST /api/watchlist', { as: '7', body: { product_id: 3 } });
  assert.equal(
    body.products.map((product: { in_stock: boolean }) => product.in_stock),
    [false],
  );
});

test('anonymous users, unknown products and invalid requests are rejected', async ({ shop }) => {
  const refused = async (request: string, asking: object, status: number, code: string) => {
    const reply = await shop.ask(request, asking);
    assert.equal([reply.status, reply.body.code], [status, code], request);
  };
  const body = { product_id: 3 };
  await refused('GET /api/watchlist', {}, 401, 'not_signed_in');
  await refused('POST /api/watchlist', { body }, 401, 'not_signed_in');
  await refused('DELETE /api/watchlist?product_id=3', {}, 401, 'not_signed_in');
  await refused('POST /api/watchlist', { as: '7', body: { product_id: 4711 } }, 404, 'product_unknown');
  await refused('POST /api/watchlist', { as: '7', body: { product_id: 'x' } }, 400, 'bad_request');
  await refused('POST /api/watchlist', { as: '7' }, 400, 'bad_request');
  await refused('DELETE /api/watchlist', { as: '7' }, 400, 'bad_request');
  await refused('POST /api/watchlist', { as: 'agent', body }, 404, 'customer_unknown');
  assert.equal(watched(await shop.ask('GET /api/watchlist', { as: 'agent' })), []);
});

test('couture keeps the list of a shop whose own cannot be written', async ({ shop }) => {
  await shop.client.query(`drop function couture_source.watch, couture_source.unwatch;
    insert into shop.watchlist (customer_id, product_id) values (7, 1)`);
  const asking = { as: '7', body: { product_id: 3 } };
  assert.equal(watched(await shop.ask('POST /api/watchlist', asking)), [1, 3]);
  assert.equal(watched(await shop.ask('GET /api/watchlist', { as: '8' })), []);
  assert.equal(watched(await shop.ask('DELETE /api/watchlist', asking)), [1]);
  const reply = await shop.ask('DELETE /api/watchlist?product_id=1', { as: '7' });
  assert.equal([reply.status, reply.body.code], [501, 'watch_list_read_only'], 'only the shop’s list has it');
  await shop.client.query(
    `insert into couture.watch_entry select '7', n::text from generate_series(1001, 1500) n`,
  );
  await shop.client.query('truncate couture.push_told');
  const full = await shop.ask('POST /api/watchlist', asking);
  assert.equal([full.status, full.body.code], [409, 'limit_reached']);
  const { rows } = await shop.client.query('select customer_id from couture.push_told');
  assert.equal(rows, [], 'nothing is kept of a request that was refused');
  await shop.client.query('alter view couture_source.watchlist rename to lost');
  const lost = await shop.ask('POST /api/watchlist', asking);
  assert.equal([lost.status, lost.body.code], [503, 'source_unavailable']);
});
