// The outbox without IndexedDB, which Node lacks and some browsers refuse.
import { assert, suite } from '../../fixtures/suite.ts';
import { OfflineError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { Outbox } from './outbox.ts';
import { WatchList } from './watch-list.ts';

const test = suite('an outbox without a database');

const { fetch } = globalThis;
test.afterEach(() => void (globalThis.fetch = fetch));

test('entries wait in memory, are reported as such, and are sent in order', async () => {
  const outbox = new Outbox();
  const offline = {
    watch: async () => {
      throw new OfflineError();
    },
  } as unknown as Client;
  const list = new WatchList(offline, outbox);
  assert.is(await list.watch(6, true), 'held');
  assert.is(await list.watch(7, false), 'held');
  assert.equal([list.has(6), await outbox.count()], [true, 2]);
  let reachable = false;
  const sent: string[] = [];
  globalThis.fetch = async (url, init) => {
    if (!reachable) throw new TypeError('no network');
    sent.push(`${init?.method} ${String(url)}`);
    // An answer that will not change must not hold up what comes after it.
    return new Response(null, { status: sent.length === 1 ? 501 : 200 });
  };
  await outbox.flush().catch(() => {});
  assert.is(await outbox.count(), 2);
  reachable = true;
  await outbox.flush().catch(() => {});
  assert.equal(sent, ['POST /api/watchlist', 'DELETE /api/watchlist?product_id=7']);
  assert.is(await outbox.count(), 0);
  await list.watch(8, true);
  await outbox.clear().catch(() => {});
  assert.is(await outbox.count(), 0, 'deleted at sign-out');
});

test('a change of the watchlist waits for the customer whose sign-in has expired', async () => {
  const outbox = new Outbox();
  await outbox.add({ kind: 'watch', id: 6, watched: true });
  await outbox.add({ kind: 'events', events: [] });
  let status = 401;
  const sent: string[] = [];
  globalThis.fetch = async (url) => {
    sent.push(String(url));
    return new Response(null, { status: String(url).endsWith('watchlist') ? status : 204 });
  };
  await outbox.flush().catch(() => {});
  assert.equal([sent, await outbox.count()], [['/api/watchlist', '/api/events'], 1]);
  status = 200;
  await outbox.flush().catch(() => {});
  assert.equal([sent.slice(2), await outbox.count()], [['/api/watchlist'], 0]);
});
