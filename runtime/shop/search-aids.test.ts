// What searches share while Postgres cannot be read.
import { assert, suite } from '../../fixtures/suite.ts';
import { kept } from './search-aids.ts';

const test = suite('search aids');

test('a failed reading keeps the value before it, and is repeated after ten seconds instead of at the next age', async () => {
  let time = 0;
  let answer = Promise.resolve('one');
  const failed: string[] = [];
  const read = kept(
    'none',
    900_000,
    () => answer,
    (error) => failed.push((error as Error).message),
    () => time,
  );
  const down = () => Promise.reject(new Error('down'));

  answer = down();
  assert.is(await read(), 'none');
  answer = Promise.resolve('one');
  time = 9_000;
  assert.is(await read(), 'none');
  time = 10_000;
  assert.is(await read(), 'one');
  time = 910_000;
  answer = down();
  assert.is(await read(), 'one');
  answer = Promise.resolve('two');
  time = 920_000;
  assert.is(await read(), 'two');
  assert.equal(failed, ['down', 'down']);
});
