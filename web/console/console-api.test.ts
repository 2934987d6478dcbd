import { assert, suite } from '../../fixtures/suite.ts';
import { OfflineError } from '../api/api-error.ts';
import { ConsoleApi } from './console-api.ts';

const test = suite('the console’s requests');
const { fetch } = globalThis;
test.after(() => void (globalThis.fetch = fetch));

test('a reply that is scheduled again after its answer was lost is planned once, for the time chosen last', async () => {
  const planned = new Map<string, { body: string; send_at: string }>();
  let loses = true;
  globalThis.fetch = async (url, init) => {
    const { client_message_id, body, send_at } = JSON.parse(String(init?.body));
    const id = client_message_id ?? String(url).split('/').at(-1);
    if (!client_message_id || !planned.has(id)) planned.set(id, { body, send_at });
    if (loses) throw new TypeError('no network');
    return Response.json({ id, ...planned.get(id) });
  };
  const api = new ConsoleApi();
  const [soon, later] = [new Date('2026-12-01T08:00:00Z'), new Date('2026-12-02T08:00:00Z')];
  try {
    await api.schedule('one', 'Good morning', soon);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, OfflineError);
  }
  loses = false;
  const reply = await api.schedule('one', 'Good morning', later);
  assert.equal([planned.size, reply.send_at], [1, later.toISOString()]);
  await api.schedule('one', 'Good morning', later);
  assert.is(planned.size, 2, 'the same words once more are another reply');
});
