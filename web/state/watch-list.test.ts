// The watchlist while its answers are late: presses in a row, the outbox, another person on the same device.
import { assert, suite } from '../../fixtures/suite.ts';
import { OfflineError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { Outbox } from './outbox.ts';
import { WatchList } from './watch-list.ts';

const test = suite('the watchlist');

/** A server that answers when the test says so, and what it has received. */
function server() {
  const received: string[] = [];
  const list = new Set<number>();
  const open: Array<() => void> = [];
  const state = { reachable: true, received, answer: () => open.shift()?.() };
  const answer = async () => {
    if (!state.reachable) throw new OfflineError();
    const products = [...list].map((id) => ({ id }));
    await new Promise<void>((resolve) => open.push(resolve));
    return products;
  };
  const client = {
    watchList: answer,
    watch: (id: number, watched: boolean) => {
      if (state.reachable) {
        received.push(`${watched ? '+' : '-'}${id}`);
        if (watched) list.add(id);
        else list.delete(id);
      }
      return answer();
    },
  } as unknown as Client;
  return { state, client };
}

const turn = () => new Promise(setImmediate);

test('presses in a row reach the server in order, and the last one decides what is shown meanwhile', async () => {
  const { state, client } = server();
  const watchList = new WatchList(client, new Outbox());
  const presses = [true, false, true].map((watched) => watchList.watch(7, watched));
  for (let at = 0; at < presses.length; at++) {
    await turn();
    assert.is(state.received.length, at + 1, 'one at a time');
    assert.ok(watchList.has(7));
    state.answer();
    await presses[at];
    assert.ok(watchList.has(7));
  }
  assert.equal(state.received, ['+7', '-7', '+7']);
});

test('a change does not overtake the one in the outbox', async () => {
  const { state, client } = server();
  const sent: string[] = [];
  const outbox = new Outbox();
  const { fetch } = globalThis;
  globalThis.fetch = async (url, init) => {
    sent.push(`${init?.method} ${String(url)}`);
    state.received.push('outbox');
    return new Response(null, { status: 200 });
  };
  try {
    const watchList = new WatchList(client, outbox);
    state.reachable = false;
    await watchList.watch(7, true);
    state.reachable = true;
    const removed = watchList.watch(7, false);
    while (state.received.length < 2) await turn();
    state.answer();
    await removed;
    assert.equal([sent, state.received], [['POST /api/watchlist'], ['outbox', '-7']]);
    assert.is(await outbox.count(), 0);
  } finally {
    globalThis.fetch = fetch;
  }
});

test('an answer for the person before is not shown to the next one', async () => {
  const { state, client } = server();
  const watchList = new WatchList(client, new Outbox());
  const saved = watchList.watch(7, true);
  const read = watchList.refresh();
  await turn();
  watchList.forget();
  state.answer();
  state.answer();
  await Promise.all([saved, read]);
  assert.equal([watchList.products, watchList.has(7), watchList.loaded], [[], false, false]);
});

test('what was sent from the outbox is over once the list has been read again', async () => {
  const { state, client } = server();
  const outbox = new Outbox();
  const watchList = new WatchList(client, outbox);
  state.reachable = false;
  await watchList.watch(7, true);
  await outbox.clear().catch(() => {});
  state.reachable = true;
  const read = watchList.refresh();
  await turn();
  assert.ok(watchList.has(7));
  state.answer();
  await read;
  assert.not.ok(watchList.has(7), 'removed on another device since');
});
