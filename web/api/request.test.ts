// A request ends with a response, an ApiError, an OfflineError or the caller's abort, also in browsers without
// AbortSignal.any.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '../../fixtures/suite.ts';
import { ApiError, OfflineError } from './api-error.ts';
import { request } from './request.ts';

/** What others answer in the runtime's place: a public Wi-Fi, a proxy, a firewall, an app's fallback page. */
const foreignAnswers: Readonly<Record<string, [status: number, body: string]>> = {
  '/wifi': [200, '<html>Accept our terms to go online'],
  '/maintenance': [200, 'We will be back soon'],
  '/truncated': [200, '{"products":[{"id":1'],
  '/created': [201, '<!doctype html>'],
  '/firewall': [403, '<html>Request blocked'],
  '/length': [411, '<html>Length Required'],
  '/large': [413, '<html>413 Request Entity Too Large'],
};

const test = suite<{ server: Server; base: string; any: typeof AbortSignal.any }>('a request');

test.before(async (context) => {
  context.any = AbortSignal.any;
  // Safari before 17.4.
  Reflect.deleteProperty(AbortSignal, 'any');
  context.server = createServer((asked, answer) => {
    if (asked.url === '/hangs') return;
    const foreign = foreignAnswers[asked.url!];
    if (foreign) return void answer.writeHead(foreign[0]).end(foreign[1]);
    answer.statusCode = asked.url === '/gone' ? 404 : asked.url === '/nothing' ? 204 : 200;
    answer.end(asked.url === '/gone' ? '{"code":"not_found"}' : asked.url === '/nothing' ? undefined : '[1]');
  }).listen(0, '127.0.0.1');
  await once(context.server, 'listening');
  context.base = `http://127.0.0.1:${(context.server.address() as AddressInfo).port}`;
});

test.after(({ server, any }) => {
  AbortSignal.any = any;
  server.closeAllConnections();
  server.close();
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.unreachable('the request succeeded'),
    (error: unknown) => error,
  );
}

test('returns the parsed JSON body', async ({ base }) => {
  assert.equal((await request(base, '/list', { signal: new AbortController().signal })).body, [1]);
  assert.is((await request(base, '/nothing')).body, undefined);
});

test('throws an ApiError with the code of the problem', async ({ base }) => {
  const error = await failureOf(request(base, '/gone'));
  assert.instance(error, ApiError);
  assert.is((error as ApiError).code, 'not_found');
});

test('an answer of somebody else is no answer of the runtime: an OfflineError, or an ApiError without a code', async ({
  base,
}) => {
  for (const [path, [status]] of Object.entries(foreignAnswers)) {
    const reached: boolean[] = [];
    const error = await failureOf(request(base, path, { onReach: (is) => void reached.push(is) }));
    if (status < 300) assert.instance(error, OfflineError, path);
    else assert.equal([(error as ApiError).status, (error as ApiError).code], [status, 'unknown']);
    assert.equal(reached, [status >= 300], path);
  }
});

test('throws an OfflineError when the request times out or the connection is refused', async ({ base }) => {
  const reached: boolean[] = [];
  const onReach = (is: boolean) => void reached.push(is);
  const late = (await failureOf(request(base, '/hangs', { within: 50, onReach }))) as OfflineError;
  assert.instance(late, OfflineError);
  assert.is((late.cause as DOMException).name, 'TimeoutError');
  assert.instance(await failureOf(request('http://127.0.0.1:1', '/', { onReach })), OfflineError);
  assert.equal(reached, [false, false]);
});

test("throws the caller's abort reason, before and during the request", async ({ base }) => {
  const reason = new Error('the page was left');
  const controller = new AbortController();
  const waiting = failureOf(request(base, '/hangs', { signal: controller.signal }));
  controller.abort(reason);
  assert.is(await waiting, reason);
  assert.is(await failureOf(request(base, '/list', { signal: controller.signal })), reason);
});

test('does not report a programming error as being offline', async ({ base }) => {
  const error = await failureOf(request(base, '/list', { method: 'POST', body: { size: 1n } }));
  assert.instance(error, TypeError);
});
