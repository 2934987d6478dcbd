// Link previews on a thread that may not start, or end at any time.
import { Worker } from 'node:worker_threads';
import { assert, suite } from '../../../fixtures/suite.ts';
import { drawPreview } from './picture-preview.ts';

const test = suite('picture previews');

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500"><path d="M0 0H400V330H0z"/></svg>';

async function assertDraws(): Promise<void> {
  const png = await drawPreview(drawing);
  assert.is(Buffer.from(png ?? []).toString('latin1', 1, 4), 'PNG');
}

test('a thread that cannot start, ends or fails costs one preview, and the next one is drawn', async () => {
  const noThread = () => {
    throw new Error('too many threads');
  };
  assert.is(await drawPreview(drawing, noThread), undefined);
  await assertDraws();
  // Ends the thread.
  assert.is(await drawPreview('<no drawing'), undefined);
  const ends = () => new Worker('process.exit()', { eval: true });
  assert.is(await drawPreview(drawing, ends), undefined);
  const fails = () => new Worker('throw new Error()', { eval: true });
  assert.is(await drawPreview(drawing, fails), undefined);
  await assertDraws();
});
