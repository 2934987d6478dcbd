// Shoppers and agents who chat through one address, and a check that each received exactly what was sent.
import { queryDatabase } from '../../fixtures/database.ts';
import { assert } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { makeChats } from './chat-processes.ts';
import { Participant } from './participant.ts';

/** Creates six chats and connects their shoppers and two agents; resolves when all are live. */
export async function openParticipants(databaseUrl: string, origin: string): Promise<Participant[]> {
  const [chats, agents] = [6, 2];
  await queryDatabase(databaseUrl, 'delete from couture.chat_session');
  const ids = await makeChats(databaseUrl, chats, agents);
  const servers = () => [origin];
  const people = [
    ...ids.map(
      (id, n) => new Participant({ role: 'customer', sub: `shopper-${n}`, sessionIds: [id], servers }),
    ),
    ...Array.from({ length: agents }, (_, agent) => {
      const sessionIds = ids.filter((_id, n) => n % agents === agent);
      return new Participant({ role: 'staff', sub: `agent-${agent}`, sessionIds, servers });
    }),
  ];
  await Promise.all(people.map((each) => each.start()));
  await until(() => people.every((each) => each.isLive), 'all to be live');
  return people;
}

/** Each participant sends a message in each of its chats. */
export function writeAll(people: readonly Participant[]): void {
  for (const who of people) for (const id of who.options.sessionIds) who.write(id);
}

/** Waits until all messages are acknowledged and received, then compares what each participant received with what was sent. */
export async function settle(people: readonly Participant[]): Promise<void> {
  const sent = people.reduce((sum, who) => sum + who.sent.size, 0);
  const seenBy = (who: Participant) => [...who.histories.values()].flatMap(({ seen }) => seen);
  const agents = people.filter(({ options }) => options.role === 'staff');
  const shoppers = people.filter(({ options }) => options.role === 'customer');
  const seen = (side: Participant[]) => side.reduce((sum, who) => sum + seenBy(who).length, 0);
  await until(
    () => people.every((each) => each.pending === 0) && seen(agents) >= sent && seen(shoppers) >= sent,
    'all messages to be acknowledged and received',
  );
  for (const shopper of shoppers) {
    const [id] = shopper.options.sessionIds as [string];
    const agent = agents.find(({ histories }) => histories.has(id))!;
    const [mine, theirs] = [shopper.histories.get(id)!, agent.histories.get(id)!];
    assert.equal([mine.gaps, mine.duplicates, theirs.gaps, theirs.duplicates], [0, 0, 0, 0]);
    assert.equal(mine.seen, theirs.seen, 'both received the same messages in the same order');
    for (const who of [shopper, agent])
      for (const [message, session] of who.sent)
        if (session === id) assert.is(mine.seen.filter((each) => each.id === message).length, 1);
  }
}
