// RateLimits by a clock of the test: limits per address, route, user and number of events, each in windows of a minute.
import type { Context } from 'koa';
import { assert, suite } from '../../../fixtures/suite.ts';
import type { Principal } from '../../auth/principal.ts';
import { CoutureError } from '../../core/errors.ts';
import { RateLimits } from './rate-limits.ts';

const test = suite<{ now: number; limits: RateLimits }>('rate limits');
test.beforeEach((context) => {
  context.now = 0;
  context.limits = new RateLimits(3_000, () => context.now);
});

function request(ip: string, method = 'GET', path = '/api/products', headers: Record<string, string> = {}) {
  const get = (name: string) => headers[name] ?? '';
  return { ip, method, state: { route: `${method} ${path}` }, get } as unknown as Context;
}

/** Sends requests. @returns how many were let through, and the first refusal */
async function send(limits: RateLimits, count: number, ctx: Context) {
  let passed = 0;
  let refusal: CoutureError | undefined;
  for (let sent = 0; sent < count; sent++) {
    try {
      await limits.middleware(ctx, async () => void (passed += 1));
    } catch (error) {
      refusal ??= error as CoutureError;
    }
  }
  return { passed, refusal };
}

test('an address has its requests in each minute, and a refusal says when to retry', async (context) => {
  const { limits } = context;
  const first = await send(limits, 3_010, request('203.0.113.1'));
  assert.is(first.passed, 3_000);
  assert.ok(first.refusal instanceof CoutureError);
  assert.equal(
    [first.refusal.code, first.refusal.message, first.refusal.hint, first.refusal.details],
    ['too_many_requests', 'More than 3000 requests per minute', 'Retry in 60 s.', { retry_after: 60 }],
  );
  assert.is(limits.refused, 10);
  context.now = 42_300;
  assert.equal((await send(limits, 1, request('203.0.113.1'))).refusal?.details, { retry_after: 18 });
  assert.is((await send(limits, 5, request('203.0.113.2'))).passed, 5);
  context.now = 60_000;
  assert.is((await send(limits, 3_010, request('203.0.113.1'))).passed, 3_000);
});

test('addresses of one IPv6 prefix share a limit', async ({ limits }) => {
  assert.is((await send(limits, 3_000, request('2001:db8:1:2::1'))).passed, 3_000);
  assert.is((await send(limits, 10, request('2001:db8:1:2:ffff::9'))).passed, 0);
  assert.is((await send(limits, 10, request('2001:db8:1:3::1'))).passed, 10);
});

test('a route with a limit of its own counts against the limit of the address, too', async ({ limits }) => {
  const signIn = request('203.0.113.1', 'POST', '/api/session');
  const { passed, refusal } = await send(limits, 30, signIn);
  assert.equal([passed, refusal?.message], [20, 'More than 20 requests per minute']);
  assert.is((await send(limits, 3_000, request('203.0.113.1'))).passed, 2_970);
  assert.is((await send(limits, 1, request('203.0.113.1', 'POST', '/api/orders'))).passed, 0);
});

test('monitoring has a limit of its own, and forwarded requests for it have another', async ({ limits }) => {
  const probe = request('203.0.113.1', 'GET', '/readyz');
  const forwarded = request('203.0.113.1', 'GET', '/readyz', { 'X-Forwarded-For': '198.51.100.7' });
  assert.is((await send(limits, 700, forwarded)).passed, 600);
  assert.is((await send(limits, 700, probe)).passed, 600);
  assert.is((await send(limits, 3_000, request('203.0.113.1'))).passed, 3_000);
});

test('a cached response uses a request of its address', async ({ limits }) => {
  const ctx = request('203.0.113.1');
  assert.is((await send(limits, 2_999, ctx)).passed, 2_999);
  assert.equal([limits.spend(ctx), limits.spend(ctx), limits.refused], [true, false, 0]);
});

test('a user has one limit for all addresses', ({ limits }) => {
  const principal = { sub: 'anna' } as Principal;
  for (let sent = 0; sent < 3_000; sent++) limits.take(principal);
  assert.throws(() => limits.take(principal), /More than 3000 requests per minute/);
  limits.take({ sub: 'berta' } as Principal);
});

test('events are counted one by one, all of a request or none', (context) => {
  const { limits } = context;
  const ctx = request('203.0.113.1');
  for (let sent = 0; sent < 59; sent++) limits.takeEvents(ctx, 50);
  limits.takeEvents(ctx, 20);
  assert.throws(() => limits.takeEvents(ctx, 31), /More than 3000 events per minute/);
  limits.takeEvents(ctx, 30);
  context.now = 60_000;
  limits.takeEvents(ctx, 50);
});

test('the limit of an address is an upper bound for its costly routes', async (context) => {
  const few = new RateLimits(5, () => context.now);
  assert.is((await send(few, 10, request('203.0.113.1', 'POST', '/api/events'))).passed, 5);
  few.takeEvents(request('203.0.113.1'), 50);
});

test('the addresses of an IPv6 /48 share ten times the limit of one, and others have their own', async ({
  limits,
}) => {
  let passed = 0;
  for (let group = 0; group < 20; group++)
    passed += (await send(limits, 3_000, request(`2001:db8:1:${group.toString(16)}::1`))).passed;
  assert.is(passed, 30_000);
  assert.is((await send(limits, 10, request('2001:db8:2::1'))).passed, 10);
});
