// Every route of the API with valid and invalid requests; every response matches the OpenAPI document.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { assert, suite } from '../../fixtures/suite.ts';
import { api, type Operation } from '../../runtime/contract/api.ts';
import type { Route } from '../../runtime/contract/route.ts';
import { openApiPath } from '../../runtime/http/openapi.ts';
import { chatExamples, seedChats } from '../test-support/chat-examples.ts';
import { pushExamples, pushSettings } from '../test-support/push-examples.ts';
import type { Body, SampleServer } from '../test-support/sample-server.ts';
import { bearer, operator, sampleServer } from '../test-support/sample-server.ts';

interface Example {
  readonly path: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly raw?: string;
}

const test = suite<{ shop: SampleServer; document: Body; validate: (pointer: string) => ValidateFunction }>(
  'the API and its OpenAPI document',
);

test.before(async (context) => {
  context.shop = await sampleServer(pushSettings);
  await seedChats(context.shop.client);
  context.document = await context.shop.json('/api/openapi.json');
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv).addSchema(context.document, 'api');
  context.validate = (pointer) => ajv.compile({ $ref: `api#${pointer}` });
});
test.after((context) => context.shop?.close());

const recommendation = (kind: string): Example[] => [
  { path: `/api/recommendations/${kind}/6`, status: 200 },
  { path: `/api/recommendations/${kind}/6/?limit=24`, status: 200 },
  { path: `/api/recommendations/${kind}/999999999`, status: 200 },
  { path: `/api/recommendations/${kind}/six`, status: 400 },
  { path: `/api/recommendations/${kind}/6?limit=0`, status: 400 },
  { path: `/api/recommendations/${kind}/6?limit=25`, status: 400 },
  { path: `/api/recommendations/${kind}/6?limit=many`, status: 400 },
  { path: `/api/recommendations/${kind}/6?limit=2&limit=3`, status: 400 },
];

const order = { items: [{ product_id: 8, quantity: 1 }] };
const key = (id: number) => ({ 'Idempotency-Key': `order-number-${id}` });

type Sent = Record<string, string>;
type Examples = Record<Operation, Example[]>;

function examples(mine: Sent, guest: Sent = {}, staff: Sent = {}, admin: Sent = {}): Examples {
  const forged = { Authorization: 'Bearer a.b.c' };
  return {
    ...chatExamples(mine, staff, admin),
    ...pushExamples(mine),
    similarProducts: recommendation('similar'),
    boughtTogether: recommendation('bought-together'),
    bundle: recommendation('bundle'),
    youMayLike: [
      ...recommendation('you-may-like'),
      { path: '/api/recommendations/you-may-like/6', status: 200, headers: mine },
      { path: '/api/recommendations/you-may-like/6', status: 401, headers: forged },
    ],
    personalized: [
      { path: '/api/recommendations/personalized', status: 200, headers: mine },
      { path: '/api/recommendations/personalized/?limit=1', status: 200, headers: mine },
      { path: '/api/recommendations/personalized?limit=x', status: 400, headers: mine },
      { path: '/api/recommendations/personalized', status: 401 },
      { path: '/api/recommendations/personalized', status: 401, headers: forged },
    ],
    buyAgain: [
      { path: '/api/recommendations/buy-again?within=365', status: 200, headers: mine },
      { path: '/api/recommendations/buy-again?within=-1', status: 400, headers: mine },
      { path: '/api/recommendations/buy-again', status: 401 },
    ],
    trending: [
      { path: '/api/recommendations/trending', status: 200 },
      { path: '/api/recommendations/trending?category=Dresses&limit=3', status: 200 },
      { path: '/api/recommendations/trending?category=Nothing', status: 200 },
      { path: '/api/recommendations/trending?category=%00', status: 400 },
      { path: '/api/recommendations/trending?limit=99', status: 400 },
    ],
    forCart: [
      { path: '/api/recommendations/for-cart', status: 200, body: { product_ids: [6, '11'], limit: 3 } },
      { path: '/api/recommendations/for-cart', status: 200, body: { product_ids: [999999999] } },
      { path: '/api/recommendations/for-cart', status: 400, body: { product_ids: [] } },
      { path: '/api/recommendations/for-cart', status: 400, body: { product_ids: ['x'] } },
      { path: '/api/recommendations/for-cart', status: 400, body: { product_ids: [1], limit: 25 } },
      { path: '/api/recommendations/for-cart', status: 400, raw: '{' },
      { path: '/api/recommendations/for-cart', status: 413, raw: ' '.repeat(20_000) },
      {
        path: '/api/recommendations/for-cart',
        status: 415,
        raw: '<a/>',
        headers: { 'Content-Type': 'text/xml' },
      },
    ],
    products: [
      { path: '/api/products', status: 200 },
      { path: '/api/products?category=Dresses&sort=-price&limit=3', status: 200 },
      { path: '/api/products?q=red%20dres', status: 200 },
      { path: '/api/products?cursor=nonsense', status: 400 },
      { path: '/api/products?limit=49', status: 400 },
    ],
    product: [
      { path: '/api/products/6', status: 200 },
      { path: '/api/products/999999999', status: 404 },
      { path: '/api/products/six', status: 400 },
    ],
    facets: [
      { path: '/api/facets?category=Dresses&size=M&size=L&in_stock=1', status: 200 },
      { path: '/api/facets?min_price=cheap', status: 400 },
    ],
    categories: [{ path: '/api/categories', status: 200 }],
    shop: [{ path: '/api/shop', status: 200 }],
    accessibility: [
      { path: '/api/accessibility', status: 200 },
      { path: '/api/accessibility?lang=fr', status: 400 },
    ],
    placeOrder: [
      { path: '/api/orders', status: 201, body: order, headers: { ...mine, ...key(1) } },
      { path: '/api/orders', status: 200, body: order, headers: { ...mine, ...key(1) } },
      {
        path: '/api/orders',
        status: 422,
        body: { items: [{ product_id: 8, quantity: 2 }] },
        headers: { ...mine, ...key(1) },
      },
      { path: '/api/orders', status: 201, body: order, headers: key(2) },
      { path: '/api/orders', status: 409, body: { ...order, expected_total: 1 }, headers: key(3) },
      {
        path: '/api/orders',
        status: 409,
        body: { items: Array(30).fill({ product_id: 8, quantity: 99 }) },
        headers: key(4),
      },
      {
        path: '/api/orders',
        status: 404,
        body: { items: [{ product_id: 999999999, quantity: 1 }] },
        headers: key(5),
      },
      { path: '/api/orders', status: 400, body: order },
      { path: '/api/orders', status: 400, body: { items: [] }, headers: key(6) },
      {
        path: '/api/orders',
        status: 400,
        body: { items: [{ product_id: 8, quantity: 0 }] },
        headers: key(7),
      },
      { path: '/api/orders', status: 401, body: order, headers: { ...forged, ...key(8) } },
    ],
    ownOrders: [
      { path: '/api/orders?limit=2', status: 200, headers: mine },
      { path: '/api/orders?cursor=nonsense', status: 400, headers: mine },
      { path: '/api/orders', status: 401 },
    ],
    readWatchList: [
      { path: '/api/watchlist', status: 200, headers: mine },
      { path: '/api/watchlist', status: 401 },
    ],
    watch: [
      { path: '/api/watchlist', status: 200, headers: mine, body: { product_id: 6 } },
      { path: '/api/watchlist', status: 404, headers: mine, body: { product_id: 999999999 } },
      { path: '/api/watchlist', status: 400, headers: mine, body: {} },
      { path: '/api/watchlist', status: 401, body: { product_id: 6 } },
    ],
    unwatch: [
      { path: '/api/watchlist?product_id=6', status: 200, headers: mine },
      { path: '/api/watchlist?product_id=six', status: 400, headers: mine },
      { path: '/api/watchlist?product_id=6', status: 404, headers: guest },
      { path: '/api/watchlist?product_id=6', status: 401 },
    ],
    sendEvents: [
      {
        path: '/api/events',
        status: 202,
        body: { events: [{ type: 'click', kind: 'similar', product_id: 6, place: 1 }] },
      },
      { path: '/api/events', status: 401, body: { events: [] }, headers: forged },
      { path: '/api/events', status: 400, body: { events: [] } },
      {
        path: '/api/events',
        status: 400,
        body: { events: [{ type: 'glance', kind: 'similar', product_id: 6, place: 1 }] },
      },
    ],
    openSession: [
      { path: '/api/session', status: 200, body: {}, headers: mine },
      { path: '/api/session', status: 401, body: {} },
      { path: '/api/session', status: 401, body: { token: 'a.b.c' } },
      { path: '/api/session', status: 400, body: { token: 7 } },
      {
        path: '/api/session',
        status: 403,
        body: {},
        headers: { ...mine, Origin: 'https://elsewhere.example' },
      },
    ],
    readSession: [
      { path: '/api/session', status: 200 },
      { path: '/api/session', status: 200, headers: mine },
      { path: '/api/session', status: 401, headers: forged },
    ],
    closeSession: [{ path: '/api/session', status: 204 }],
    health: [{ path: '/healthz', status: 200 }],
    ready: [{ path: '/readyz', status: 200 }],
    metrics: [operator, {}].map((headers, at) => ({ path: '/metrics', status: [200, 404][at]!, headers })),
  };
}

test('every route has examples of valid and invalid requests', () => {
  const all = examples({});
  for (const [operation, route] of Object.entries<Route>(api)) {
    const statuses = (all[operation as Operation] ?? []).map(({ status }) => status);
    assert.ok(
      statuses.some((status) => status < 300 && status in route.answers),
      `${operation}: a valid request`,
    );
    const refused = (route.problems ?? []).filter((status) => [400, 401, 404].includes(status));
    for (const status of refused)
      assert.ok(statuses.includes(status), `${operation}: a request that gets ${status}`);
  }
});

test('every response of every route is declared in the document', async ({ shop, document, validate }) => {
  const [mine, guest, staff] = [bearer('7'), bearer('guest-of-today'), bearer('agent-of-today', 'staff')];
  const all = examples(await mine, await guest, await staff, await bearer('admin-of-today', 'admin'));
  const wrong: string[] = [];
  for (const [operation, route] of Object.entries<Route>(api)) {
    const [path, method] = [openApiPath(route.path), route.method.toLowerCase()];
    const declared = document.paths[path][method];
    assert.is(declared.operationId, operation);
    for (const example of all[operation as Operation]) {
      const response = await ask(shop, route, example);
      const text = await response.text();
      const what = `${route.method} ${example.path.slice(0, 80)} → ${response.status}`;
      const answer = declared.responses[response.status];
      if (response.status !== example.status) {
        wrong.push(`${what}, expected ${example.status}: ${text.slice(0, 200)}`);
      } else if (!answer) wrong.push(`${what} is not declared`);
      else {
        const [type] = Object.keys(answer.content ?? {});
        const place = ['', 'paths', path, method, 'responses', response.status, 'content', type, 'schema'];
        const pointer = place.map((part) => String(part).replaceAll('/', '~1')).join('/');
        const fits = type ? validate(encodeURI(pointer)) : undefined;
        wrong.push(...misfits(answer, response, text, fits).map((misfit) => `${what}: ${misfit}`));
      }
    }
  }
  assert.equal(wrong, []);
});

test('every path gives the same response with and without a trailing slash', async ({ shop }) => {
  const [mine, staff, admin] = [bearer('7'), bearer('agent-of-today', 'staff'), bearer('admin', 'admin')];
  const all = examples(await mine, {}, await staff, await admin);
  for (const [operation, route] of Object.entries<Route>(api)) {
    if (route.method !== 'GET') continue;
    const example = all[operation as Operation].find(({ status }) => status === 200)!;
    const path = example.path.replace(/\/?(\?.*)?$/, '/$1');
    assert.is((await ask(shop, route, { ...example, path })).status, 200, path);
  }
});

function ask(
  shop: SampleServer,
  { method }: Route,
  { path, headers, body, raw }: Example,
): Promise<Response> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return fetch(shop.url + path, {
    method,
    headers: { ...(sent === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
}

/** Lists how a response deviates from the document: headers, content type, body. */
function misfits(
  declared: Body,
  response: Response,
  text: string,
  fits: ValidateFunction | undefined,
): string[] {
  const wrong: string[] = [];
  for (const [name, { required, schema }] of Object.entries<Body>(declared.headers ?? {})) {
    const value = response.headers.get(name);
    const isNumber = schema.type !== 'integer' || /^\d+$/.test(value ?? '0');
    if ((required && value === null) || !isNumber) wrong.push(`${name} is ${value}`);
  }
  if (!fits) return text === '' ? wrong : [...wrong, 'has a body'];
  const [type] = Object.keys(declared.content);
  const given = response.headers.get('content-type')?.split(';')[0];
  if (given !== type && type !== '*/*') wrong.push(`is ${given}, declared ${type}`);
  if (!fits(type!.endsWith('json') ? JSON.parse(text) : text))
    wrong.push(`is invalid: ${JSON.stringify(fits.errors?.slice(0, 3))}`);
  return wrong;
}

test('the six list routes use their documented defaults, with and without a trailing slash', async ({
  shop,
}) => {
  const mine = await bearer('7');
  const expected = {
    'similar/6': 6,
    'bought-together/6': 4,
    personalized: 8,
    trending: 8,
    'you-may-like/6': 6,
  };
  for (const [path, length] of Object.entries(expected)) {
    for (const slash of ['', '/']) {
      const list = await shop.json(`/api/recommendations/${path}${slash}`, mine);
      assert.is(list.length, length, path + slash);
    }
  }
  for (const slash of ['', '/']) {
    const { products } = await shop.json(`/api/recommendations/bundle/3${slash}`);
    assert.is(products.length, 4, 'the product and three others');
    assert.is(products[0].id, 3);
  }
});

test('an unknown product has empty lists', async ({ shop }) => {
  for (const kind of ['similar', 'bought-together', 'you-may-like']) {
    assert.equal(await shop.json(`/api/recommendations/${kind}/999999999`), []);
  }
  assert.equal(await shop.json('/api/recommendations/bundle/999999999'), { products: [] });
});

test('a matching ETag gets 304 without a body', async ({ shop }) => {
  for (const path of [
    '/api/recommendations/similar/6',
    '/api/products/6',
    '/api/categories',
    '/api/openapi.json',
  ]) {
    const first = await shop.get(path);
    assert.is(first.headers.get('cache-control'), 'public, no-cache', path);
    const again = await shop.get(path, {
      'If-None-Match': first.headers.get('etag')!,
      // Without it, fetch adds no-cache, which asks for the full response.
      'Cache-Control': 'max-age=0',
    });
    assert.equal([again.status, await again.text()], [304, ''], path);
  }
  const own = await shop.get('/api/recommendations/personalized', await bearer('7'));
  assert.is(own.headers.get('cache-control'), 'private, no-cache');
});

test('a cached response equals a fresh one, for every caller', async ({ shop }) => {
  const paths = ['/api/recommendations/similar/9?limit=24', '/api/recommendations/trending?limit=1'];
  for (const path of paths) {
    for (const encoding of ['identity', 'gzip, deflate, br']) {
      const ask = async (headers: Record<string, string>) => {
        const response = await shop.get(path, { 'Accept-Encoding': encoding, ...headers });
        const text = await response.text();
        const said = Object.fromEntries(response.headers);
        for (const own of ['date', 'x-request-id']) {
          assert.ok(said[own], own);
          delete said[own];
        }
        return { status: response.status, said, text };
      };
      const made = await ask({});
      // A request from another origin or with a stale ETag bypasses the cache.
      const long = [
        await ask({ Origin: 'https://elsewhere.example' }),
        await ask({ 'If-None-Match': 'W/"0"' }),
      ];
      for (const again of [await ask({}), await ask({}), ...long]) assert.equal(again, made, path);
    }
  }
});

test('a method that a path does not support gets 405 with the allowed ones', async ({ shop }) => {
  const response = await shop.post('/api/products', {});
  assert.is(response.status, 405);
  assert.match(response.headers.get('allow')!, 'GET');
  assert.is(((await response.json()) as Body).code, 'method_unknown');
});

test('only pages of the allowed origins may embed the widgets', async () => {
  const shop = await sampleServer({ corsOrigins: 'https://shop.example' });
  try {
    const path = '/api/recommendations/similar/6';
    const [listed, other] = [
      await shop.get(path, { Origin: 'https://shop.example' }),
      await shop.get(path, { Origin: 'https://elsewhere.example' }),
    ];
    assert.is(listed.headers.get('access-control-allow-origin'), 'https://shop.example');
    assert.is(listed.headers.get('access-control-allow-credentials'), null);
    assert.not.ok(other.headers.get('access-control-allow-origin'));
    assert.match(other.headers.get('vary')!, 'Origin');
  } finally {
    await shop.close();
  }
});
