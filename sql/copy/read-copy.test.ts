// The messages of a connection during a COPY, cut anywhere: data is taken in order, everything else reaches pg.
import { EventEmitter } from 'node:events';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { type CopyConnection, CopyReading } from './read-copy.ts';

const test = suite('reading a COPY');

const message = (kind: string, content: string) => {
  const head = Buffer.from(`${kind}\0\0\0\0`);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, Buffer.from(content)]);
};
const ready = message('Z', 'T');
const before = Buffer.concat([message('H', '\x01'), message('N', 'a notice')]);
const during = Buffer.concat([message('S', 'TimeZone UTC'), message('d', ''), message('d', 'fghijklmn')]);
const after = Buffer.concat([message('c', ''), message('C', 'COPY 3')]);
const messages = Buffer.concat([before, message('d', 'abcde'), during, after, ready, message('A', 'news')]);

/** A connection with a listener in pg's place, which ends the query at its last message. */
function open() {
  const stream = Object.assign(new EventEmitter(), { paused: false, pause: () => (stream.paused = true) });
  let [data, others] = ['', Buffer.alloc(0)];
  const pg = (chunk: Buffer) => {
    others = Buffer.concat([others, chunk]);
    if (others.includes(ready)) reading.handleReadyForQuery();
  };
  stream.on('data', pg);
  const reading = new CopyReading('copy', (bytes, from, to) => {
    data += bytes.toString('latin1', from, to);
    if (data.includes('!')) throw new Error('no such row');
  });
  reading.submit({ stream, query() {} } as unknown as CopyConnection);
  const isBack = () => stream.listeners('data').length === 1 && stream.listeners('data')[0] === pg;
  return { reading, stream, isBack, taken: () => data, passed: () => others };
}

test('wherever messages are cut, data is taken and all else reaches pg, in order', async () => {
  const rest = Buffer.concat([before, message('S', 'TimeZone UTC'), after, ready, message('A', 'news')]);
  const cuts = Array.from({ length: messages.length }, (_, at) => [at, at + 3, at + 9]);
  for (const at of [...cuts, [...messages.keys()]]) {
    const { reading, stream, isBack, taken, passed } = open();
    for (const [index, end] of [...at, messages.length].entries())
      stream.emit('data', messages.subarray(index === 0 ? 0 : at[index - 1], end));
    await reading.done;
    assert.is(taken(), 'abcdefghijklmn', `cut at ${at}`);
    assert.equal(passed(), rest, `cut at ${at}`);
    assert.ok(isBack());
  }
});

test('an error of Postgres gives the connection back', async () => {
  const { reading, stream, isBack, taken } = open();
  stream.emit('data', Buffer.concat([before, message('d', 'abc')]));
  reading.handleError(new Error('canceled'));
  await rejects(() => reading.done, /canceled/);
  assert.is(taken(), 'abc');
  assert.ok(isBack());
});

test('after a row that cannot be taken, no more are, and the connection reads no more', async () => {
  const { reading, stream, taken } = open();
  stream.emit('data', Buffer.concat([message('d', 'a!'), message('d', 'b')]));
  stream.emit('data', message('d', 'c'));
  await rejects(() => reading.done, /no such row/);
  assert.is(taken(), 'a!');
  assert.ok(stream.paused);
});
