// SIGTERM with 2,000 connections: the process closes them in batches with a code that says to reconnect, they reconnect
// to the other process, and no message is lost.
import { execFileSync } from 'node:child_process';
import { type TestDatabase, testDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { closeCodes } from '../../../runtime/contract/chat-protocol.ts';
import { openClient } from '../../../sql/pool.ts';
import { ChatProcess, makeChats, prepareChatShop } from '../../test-support/chat-processes.ts';
import { comesBack, Participant } from '../../test-support/participant.ts';

const test = suite<{ database: TestDatabase }>('SIGTERM with open chats');
test.before(async (context) => {
  context.database = await testDatabase();
  await prepareChatShop(context.database.url);
});
test.after((context) => context.database?.drop());

/** Each connection takes two open files, one here and one in the server; fewer connections if the system's limit is low. */
const connections = Math.min(2_000, Math.floor((openFiles() - 300) / 2));

function openFiles(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? 1e6 : Number(limit);
}

test('all connections are drained in batches and reconnect, and no message is lost', async ({ database }) => {
  const [leaving, staying] = [new ChatProcess(database.url), new ChatProcess(database.url)];
  const people: Participant[] = [];
  let servers: string[] = [];
  try {
    await Promise.all([leaving.start(), staying.start()]);
    servers = [leaving.url];
    const ids = await makeChats(database.url, connections, 1);
    for (const [n, id] of ids.entries())
      people.push(
        new Participant({ role: 'customer', sub: `shopper-${n}`, sessionIds: [id], servers: () => servers }),
      );
    for (let from = 0; from < people.length; from += 200) {
      await Promise.all(people.slice(from, from + 200).map((each) => each.start()));
      await until(
        () => people.slice(0, from + 200).every((each) => each.isLive),
        'all participants to be live',
      );
    }
    for (const each of people) each.write(each.options.sessionIds[0]!);
    servers = [leaving.url, staying.url];
    const begun = performance.now();
    const ended = leaving.end('SIGTERM');
    // Written while the connections are closed: acknowledged before that, or sent again afterwards.
    for (const each of people) each.write(each.options.sessionIds[0]!);
    assert.is(await ended, 0, leaving.log);
    const stopped = performance.now() - begun;
    servers = [staying.url];
    await until(
      () => people.every((each) => each.server === staying.url && each.pending === 0),
      'all participants to be back and acknowledged',
    );
    const codes = people.flatMap((each) => each.closes.filter((code) => code !== 1006));
    const drained = codes.filter((code) => code === closeCodes.draining.code).length;
    assert.ok(
      drained >= connections * 0.99,
      `${drained} of ${connections} connections were closed with the draining code`,
    );
    assert.ok(codes.every(comesBack));
    const client = await openClient(database.url);
    const { rows } = await client.query<{ stored: number; chats: number }>(
      `select count(*)::int as stored, count(distinct session_id)::int as chats from couture.chat_message`,
    );
    await client.end();
    assert.equal(rows[0], { stored: 2 * connections, chats: connections }, 'each message is stored once');
    for (const each of people) {
      const [history] = [...each.histories.values()];
      assert.equal([history!.duplicates, history!.gaps, history!.last], [0, 0, 2]);
    }
    console.log(
      `${connections} connections: stopped after ${Math.round(stopped)} ms, all back after ${Math.round(performance.now() - begun)} ms`,
    );
  } finally {
    await Promise.all(people.map((each) => each.stop()));
    await Promise.all([leaving.end('SIGKILL'), staying.end('SIGKILL')]);
  }
});
