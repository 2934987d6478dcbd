// Labels of chats: one per name in any case, gone with their last use, and never more than there may be.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { type Client, openPool } from '../../pool.ts';
import { addLabel, maxLabels, maxLabelsOfChat, readLabels, removeLabel } from './labels.ts';
import { listSessions } from './lists.ts';

const test = databaseSuite('labels of chats', { migrated: true });

async function chats(client: Client, count: number): Promise<string[]> {
  const { rows } = await client.query<{ session_id: string }>(
    `insert into couture.chat_session (visitor_key, last_seq) select 'guest:' || n, 1 from generate_series(1, $1) n
     returning session_id`,
    [count],
  );
  return rows.map(({ session_id }) => session_id);
}

test('a label is created with its first use and removed with its last one', async ({ client, database }) => {
  const pool = openPool(database.url, { max: 4 });
  try {
    const [first, second] = (await chats(client, 2)) as [string, string];
    await addLabel(pool, first, 'Refund');
    const added = await addLabel(pool, second, 'REFUND');
    assert.equal(added.outcome === 'labelled' && added.labels.map(({ name }) => name), ['Refund']);
    const [label] = await readLabels(pool);
    assert.equal([label?.name, label?.chats], ['Refund', 2]);
    assert.equal(await removeLabel(pool, first, label!.label_id), []);
    await client.query('delete from couture.chat_session where session_id = $1', [second]);
    assert.equal(await readLabels(pool), []);
    assert.equal((await addLabel(pool, second, 'Refund')).outcome, 'unknown_chat');
  } finally {
    await pool.end();
  }
});

test('agents who create, add and remove the same label at the same time lose no use of it', async ({
  client,
  database,
}) => {
  const pool = openPool(database.url, { max: 8 });
  try {
    const ids = await chats(client, 20);
    const half = ids.slice(0, 10);
    for (const id of half) await addLabel(pool, id, 'sizes');
    const { label_id } = (await readLabels(pool))[0]!;
    await Promise.all([
      ...half.map((id) => removeLabel(pool, id, label_id)),
      ...ids.slice(10).map((id, at) => addLabel(pool, id, at % 2 ? 'Sizes' : 'sizes')),
    ]);
    assert.equal(
      (await readLabels(pool)).map(({ chats }) => chats),
      [10],
    );
  } finally {
    await pool.end();
  }
});

test('a chat has at most 20 labels, the shop at most 200, and lists and searches find chats by label', async ({
  client,
  database,
}) => {
  const pool = openPool(database.url, { max: 2 });
  try {
    const [chat, other] = (await chats(client, 2)) as [string, string];
    for (let at = 0; at < maxLabelsOfChat; at++) await addLabel(pool, chat, `label ${at}`);
    assert.equal((await addLabel(pool, chat, 'one more')).outcome, 'too_many_on_chat');
    assert.equal((await addLabel(pool, chat, 'LABEL 3')).outcome, 'labelled');
    await client.query(
      `with l as (insert into couture.chat_label (name) select 'filler ' || n from generate_series(1, $1) n returning label_id)
       select count(*) from l`,
      [maxLabels - maxLabelsOfChat],
    );
    assert.equal((await addLabel(pool, other, 'new')).outcome, 'too_many_in_shop');
    const known = await addLabel(pool, other, 'filler 7');
    const label = known.outcome === 'labelled' ? known.labels[0]! : undefined;
    const found = async (query: { label?: number; search?: string }) =>
      (await listSessions(pool, { list: 'all', agent: 'anna', limit: 10, ...query })).map((row) => [
        row.session_id,
        row.labels.length,
      ]);
    assert.equal(await found({ label: label!.label_id }), [[other, 1]]);
    assert.equal(await found({ search: 'Filler 7' }), [[other, 1]]);
    assert.equal(await found({ search: 'label' }), [[chat, 20]]);
  } finally {
    await pool.end();
  }
});
