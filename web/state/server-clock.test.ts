// The server's clock on devices whose own clock is wrong.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { learnServerTime, serverNow } from './server-clock.ts';

const test = suite('the clock of the server');
const hour = 3_600_000;

function answer(ahead: number, more: Record<string, string> = {}): Headers {
  return new Headers({ Date: new Date(Date.now() + ahead).toUTCString(), ...more });
}

const isAhead = (ahead: number) => Math.abs(serverNow() - Date.now() - ahead) <= 1_000;

test('follows answers, whatever this device’s clock says', () => {
  for (const ahead of [0, hour, -hour, 30_000, -86_400_000, 1_000_000_000_000, 0]) {
    learnServerTime(answer(ahead), Date.now() - 20);
    assert.ok(isAhead(ahead), `${ahead} ms ahead, but ${serverNow() - Date.now()}`);
  }
});

test('answers from a cache, and answers without a usable date, change nothing', () => {
  learnServerTime(answer(hour), Date.now());
  learnServerTime(answer(0, { Age: '60' }), Date.now());
  learnServerTime(answer(0, { 'X-Couture-Kept': new Date().toISOString() }), Date.now());
  learnServerTime(new Headers(), Date.now());
  learnServerTime(new Headers({ Date: 'yesterday' }), Date.now());
  assert.ok(isAhead(hour));
});

test('a slow answer does not replace a fast one', () => {
  learnServerTime(answer(0), Date.now());
  learnServerTime(answer(4_000), Date.now() - 8_000);
  assert.ok(isAhead(0));
});

test('what the chat and the console compare with times of the server never asks this device', () => {
  // Relative to dist/web/state.
  const web = path.resolve(import.meta.dirname, '../../../web');
  const asking = ['chat', 'console'].flatMap((folder) =>
    readdirSync(path.join(web, folder), { encoding: 'utf8' })
      .filter((name) => /^(?!.*\.test\.ts$).*\.ts$/.test(name))
      .filter((name) => readFileSync(path.join(web, folder, name), 'utf8').includes('new Date()')),
  );
  assert.equal(asking, []);
});
