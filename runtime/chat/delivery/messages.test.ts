// Messages while Postgres is away: refused so that the client tries again, and logged once.
import { assert, suite } from '../../../fixtures/suite.ts';
import { type MessageParts, Messages } from './messages.ts';

const test = suite('messages that cannot be stored');

test('a thousand messages that Postgres does not take are one line of the log', async () => {
  const lines: unknown[] = [];
  const away = Object.assign(new Error('no space left'), { code: '53100' });
  const messages = new Messages({
    writer: { add: () => Promise.reject(away) },
    limits: { send: () => 0 },
    log: { warn: (facts: unknown) => lines.push(facts) },
  } as unknown as MessageParts);
  const sender = { side: 'shopper', sub: null, name: null, person: 'a', address: 'b' } as const;
  const sent = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) =>
      messages.send('chat', sender, { client_message_id: `message ${n}`, body: 'Hello' }),
    ),
  );
  assert.ok(sent.every((each) => each.outcome === 'refused' && each.code === 'unavailable'));
  assert.equal(lines, [{ code: 'postgres_refused', err: away }]);
});
