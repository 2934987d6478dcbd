// Moments that were noted by a clock which has been set since.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { isReturning } from '../api/report-events.ts';
import { sinceNoted } from './device-clock.ts';

const test = suite('the clock of the device');
const [day, year] = [86_400_000, 365 * 86_400_000];

test('what was noted by a clock that was ahead does not have to be reached again', () => {
  for (const ahead of [-year, -day, day, year]) {
    const since = sinceNoted(Date.now() + ahead);
    assert.ok(since >= Math.abs(ahead) - 1_000 && since <= Math.abs(ahead) + 1_000, `${ahead}`);
  }
});

test('a visitor returns, also when the first visit was by a clock a year ahead', () => {
  const { localStorage, navigator } = globalThis;
  const noted = new Map([['couture-visitor', 'visitor-1']]);
  const storage = { getItem: (key: string) => noted.get(key) ?? null };
  const stand = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { value, configurable: true });
  stand('localStorage', storage);
  stand('navigator', {});
  try {
    for (const [ahead, returns] of [
      [year, true],
      [day, true],
      [-day, true],
      [-1_000, false],
    ] as const) {
      noted.set('couture-visitor-since', String(Date.now() + ahead));
      assert.is(isReturning(), returns, `${ahead}`);
    }
  } finally {
    stand('localStorage', localStorage);
    stand('navigator', navigator);
  }
});

test('nothing in the front end compares a noted moment in another way', () => {
  // Relative to dist/web/state.
  const web = path.resolve(import.meta.dirname, '../../../web');
  const comparing = readdirSync(web, { encoding: 'utf8', recursive: true })
    .filter((name) => /^(?!.*(?:\.test|\.bench)\.ts$)(?!test-support).*\.ts$/.test(name))
    .filter((name) => /Date\.now\(\) - [^;]*?[<>]/.test(readFileSync(path.join(web, name), 'utf8')));
  assert.equal(comparing, []);
});
