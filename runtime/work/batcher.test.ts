// The batcher on a clock that the test advances, with writes that end when the test says so.
import { assert, suite } from '../../fixtures/suite.ts';
import { FakeClock, settle } from '../test-support/fake-clock.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';

const test = suite<{ clock: FakeClock }>('batcher');

test.beforeEach((context) => {
  context.clock = new FakeClock();
});

/** Gathers numbers and writes up to three of them at a time. */
class Writer {
  readonly waiting: number[] = [];
  readonly written: number[][] = [];
  /** Writes in flight, and the most that were in flight at once. */
  inFlight = 0;
  maxInFlight = 0;
  /** Milliseconds at which writes began. */
  readonly begun: number[] = [];
  readonly batcher: Batcher;
  #ends: Array<(error?: Error) => void> = [];

  constructor(clock: FakeClock, options: Partial<BatcherOptions> = {}) {
    this.batcher = new Batcher({
      delay: 10,
      pending: () => this.waiting.length > 0,
      flush: async () => {
        this.begun.push(clock.now);
        this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
        const batch = this.waiting.slice(0, 3);
        try {
          await new Promise<void>((resolve, reject) =>
            this.#ends.push((error) => (error ? reject(error) : resolve())),
          );
        } finally {
          this.inFlight -= 1;
        }
        this.waiting.splice(0, batch.length);
        this.written.push(batch);
      },
      clock,
      ...options,
    });
  }

  add(...items: number[]): void {
    this.waiting.push(...items);
    this.batcher.schedule();
  }

  /** Ends the write in flight, and waits for what follows from that. */
  async end(error?: Error): Promise<void> {
    this.#ends.shift()!(error);
    await settle();
  }
}

const failure = new Error('away');

test('what arrives within the delay is one write, and the delay counts from the first item', async ({
  clock,
}) => {
  const writer = new Writer(clock);
  writer.add(1);
  await clock.advance(6);
  writer.add(2);
  await clock.advance(3);
  assert.is(writer.inFlight, 0);
  await clock.advance(1);
  await writer.end();
  assert.equal(writer.written, [[1, 2]]);
  await clock.advance(100);
  assert.equal([writer.begun, clock.waiting], [[10], 0], 'without items there is no write');
});

test('items that are dropped before their write cause no write', async ({ clock }) => {
  const writer = new Writer(clock);
  writer.add(1);
  writer.waiting.length = 0;
  await clock.advance(10);
  assert.equal(writer.begun, []);
  writer.add(2);
  await clock.advance(10);
  await writer.end();
  assert.equal(writer.written, [[2]]);
});

test('one write is in flight at a time; what arrives meanwhile is written after another delay', async ({
  clock,
}) => {
  const writer = new Writer(clock);
  writer.add(1);
  await clock.advance(10);
  writer.add(2);
  await clock.advance(50);
  assert.equal(writer.begun, [10]);
  await writer.end();
  await clock.advance(9);
  assert.equal(writer.begun, [10]);
  await clock.advance(1);
  await writer.end();
  assert.equal([writer.written, writer.begun, writer.maxInFlight], [[[1], [2]], [10, 70], 1]);
});

test('an eager batcher writes what arrived meanwhile at once, one batch after the other', async ({
  clock,
}) => {
  const writer = new Writer(clock, { delay: 0, eager: true });
  writer.add(1);
  await clock.advance(0);
  writer.add(2, 3, 4, 5, 6);
  for (let n = 0; n < 3; n++) await writer.end();
  assert.equal(writer.written, [[1], [2, 3, 4], [5, 6]]);
  assert.equal([writer.begun, writer.maxInFlight], [[0, 0, 0], 1]);
});

test('a failed write is retried after the retry delay, which new items do not shorten', async ({ clock }) => {
  const writer = new Writer(clock, { retryDelay: 250 });
  writer.add(1);
  await clock.advance(10);
  await writer.end(failure);
  writer.add(2);
  await clock.advance(249);
  assert.is(writer.inFlight, 0);
  await clock.advance(1);
  await writer.end();
  assert.equal([writer.written, writer.begun], [[[1, 2]], [10, 260]]);
});

test('the retry delay doubles up to its maximum, and a success resets it', async ({ clock }) => {
  const writer = new Writer(clock, { retryDelay: 20, maxRetryDelay: 50 });
  writer.add(1);
  for (const wait of [10, 20, 40, 50, 50]) {
    await clock.advance(wait - 1);
    assert.is(writer.inFlight, 0);
    await clock.advance(1);
    await writer.end(failure);
  }
  await clock.advance(50);
  await writer.end();
  writer.add(2);
  await clock.advance(10);
  await writer.end(failure);
  await clock.advance(20);
  await writer.end();
  assert.equal(writer.written, [[1], [2]]);
});

test('a failed write whose items were dropped does not delay later items', async ({ clock }) => {
  const writer = new Writer(clock, { retryDelay: 250 });
  writer.add(1);
  await clock.advance(10);
  writer.waiting.length = 0;
  await writer.end(failure);
  writer.add(2);
  await clock.advance(10);
  await writer.end();
  assert.equal(writer.written, [[2]]);
});

test('flushNow joins the write in flight, then writes the rest without delay', async ({ clock }) => {
  const writer = new Writer(clock);
  writer.add(1);
  await clock.advance(10);
  writer.add(2, 3, 4, 5);
  let done = 0;
  const flushed = [writer.batcher.flushNow(), writer.batcher.flushNow()].map((each) =>
    each.then(() => done++),
  );
  await writer.end();
  await writer.end();
  assert.is(done, 0);
  await writer.end();
  await Promise.all(flushed);
  assert.equal(writer.written, [[1], [2, 3, 4], [5]]);
  assert.equal([writer.begun, writer.maxInFlight, clock.waiting], [[10, 10, 10], 1, 0]);
});

test('flushNow ends at a failed write, which is retried later', async ({ clock }) => {
  const writer = new Writer(clock, { retryDelay: 250 });
  writer.add(1);
  const flushed = writer.batcher.flushNow();
  await settle();
  await writer.end(failure);
  await flushed;
  assert.equal(writer.written, []);
  await clock.advance(250);
  await writer.end();
  assert.equal(writer.written, [[1]]);
});

test('close writes everything at once, after the write in flight, and nothing afterwards', async ({
  clock,
}) => {
  const writer = new Writer(clock);
  writer.add(1);
  await clock.advance(10);
  writer.add(2, 3, 4, 5);
  const closing = writer.batcher.close();
  for (let n = 0; n < 3; n++) await writer.end();
  assert.is(await closing, true);
  assert.equal(
    [writer.written, writer.begun],
    [
      [[1], [2, 3, 4], [5]],
      [10, 10, 10],
    ],
  );
  writer.add(6);
  await clock.advance(1_000);
  assert.equal([writer.written.length, clock.waiting], [3, 0]);
});

test('close without items writes nothing', async ({ clock }) => {
  const writer = new Writer(clock);
  assert.is(await writer.batcher.close(), true);
  assert.equal([writer.begun, clock.waiting], [[], 0]);
});

test('close tries once more after a failure in flight, then gives up', async ({ clock }) => {
  const writer = new Writer(clock);
  writer.add(1);
  await clock.advance(10);
  const closing = writer.batcher.close();
  await writer.end(failure);
  await writer.end(failure);
  assert.is(await closing, true);
  await clock.advance(10_000);
  assert.equal([writer.begun, writer.waiting, clock.waiting], [[10, 10], [1], 0]);
});

test('close ends at its time limit while a write hangs, and no write follows the hanging one', async ({
  clock,
}) => {
  for (const eager of [false, true]) {
    const writer = new Writer(clock, { eager });
    const start = clock.now;
    writer.add(1, 2, 3, 4);
    const closing = writer.batcher.close(500);
    await clock.advance(499);
    let closed = false;
    void closing.then(() => (closed = true));
    await settle();
    assert.is(closed, false);
    await clock.advance(1);
    assert.is(await closing, false);
    await writer.end();
    await clock.advance(1_000);
    assert.equal([writer.written, writer.waiting], [[[1, 2, 3]], [4]]);
    assert.equal([writer.begun, clock.waiting], [[start], 0]);
  }
});
