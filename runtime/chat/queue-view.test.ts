// The queue as consoles show it, when a read fails and when a chat is erased.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { Pool } from '../../sql/pool.ts';
import type { ToConsole } from '../contract/chat-protocol.ts';
import type { Log } from '../core/log.ts';
import type { ListFacts } from './delivery/wire-sessions.ts';
import { QueueView } from './queue-view.ts';

const test = suite('the queue as consoles show it');

const at = new Date('2026-11-28T05:00:00Z');

/** Chats in Postgres by id, and what a console is told. */
function shown() {
  const chats = new Map<string, string>();
  const database = { fails: false, reads: 0 };
  const query = async (text: string, [ids]: [string[]]) => {
    const heads = text.includes('order by waiting_since');
    if (!heads) database.reads += 1;
    if (!heads && database.fails) throw new Error('timeout exceeded when trying to connect');
    const rows = [...chats].map(([id, state]) => ({
      ...{ session_id: id, state, version: state, last_seq: 1, visitor_key: 'guest:1', email: null },
      ...{ created_at: at, updated_at: at, waiting_since: at, resolved_at: null, snoozed_until: null },
      ...{ unanswered_since: null, labels: [], last_body: null },
    }));
    const isOpen = (state: string) => state === 'waiting' || state === 'active';
    return { rows: rows.filter((row) => (heads ? isOpen(row.state) : ids.includes(row.session_id))) };
  };
  const log = { debug() {}, warn() {}, info() {} } as unknown as Log;
  const facts = { mails: false, targets: { respondBy: () => undefined } } as unknown as ListFacts;
  const view = new QueueView({ query } as unknown as Pool, log, facts);
  const told: string[] = [];
  view.join((frame) => {
    const news = JSON.parse(frame) as ToConsole;
    if (news.type === 'sessions') told.push(...news.sessions.map(({ id, state }) => `${id} ${state}`));
    else if (news.type === 'gone') told.push(`${news.session_id} gone`);
  });
  return { chats, database, view, told };
}

test('a chat that was closed while Postgres failed leaves the consoles at the next poll', async () => {
  const { chats, database, view, told } = shown();
  chats.set('a', 'waiting');
  view.poll();
  await until(() => told.length === 1, 'the chat');
  chats.set('a', 'closed');
  database.fails = true;
  const { reads } = database;
  view.poll();
  await until(() => database.reads > reads, 'a read that fails');
  database.fails = false;
  view.poll();
  await until(() => told.length === 2, 'the end of the chat');
  assert.equal(told, ['a waiting', 'a closed']);
  view.poll();
  await view.close();
  assert.is(told.length, 2, 'a closed chat is reported once');
});

test('a chat that was erased leaves the consoles', async () => {
  const { chats, view, told } = shown();
  chats.set('a', 'waiting').set('b', 'waiting');
  view.poll();
  await until(() => told.length === 2, 'the chats');
  chats.delete('a');
  view.poll();
  await until(() => told.length === 3, 'the end of the chat');
  assert.equal(told.slice(2), ['a gone']);
  view.changed('c');
  await view.close();
  assert.is(told.length, 3, 'nothing of a chat that no console has');
});
