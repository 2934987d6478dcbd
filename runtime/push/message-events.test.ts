// Events of push messages while Postgres is away: they wait, whatever keeps it from writing.
import { randomBytes } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { Pool } from '../../sql/pool.ts';
import type { Log } from '../core/log.ts';
import { beaconOf } from './beacon.ts';
import { MessageEvents } from './message-events.ts';

const test = suite('events of push messages');

test('an event is kept when Postgres is full, read-only, slow or out of connections', async () => {
  const key = randomBytes(32);
  const beacon = beaconOf(1, '2', key);
  const faults = [
    { code: '53100', message: 'could not extend file: No space left on device' },
    { code: '53300', message: 'sorry, too many clients already' },
    { code: '25006', message: 'cannot execute UPDATE in a read-only transaction' },
    { code: '57014', message: 'canceling statement due to statement timeout' },
    { code: '', message: 'timeout exceeded when trying to connect' },
    { code: '', message: 'Query read timeout' },
    { code: '57P01', message: 'terminating connection due to administrator command' },
  ];
  const tried = faults.map(async ({ code, message }) => {
    let [refused, written] = [0, 0];
    let away = true;
    const query = async (text: string) => {
      if (!text.includes('shown_at')) return { rows: [{ beacon_key: key }] };
      if (away) {
        refused += 1;
        throw Object.assign(new Error(message), { code });
      }
      written += 1;
      return { rows: [] };
    };
    const errors: unknown[] = [];
    const log = { error: (facts: unknown) => errors.push(facts) } as unknown as Log;
    const events = new MessageEvents({ query } as unknown as Pool, log);
    await events.note(beacon, 'click', 0);
    await until(() => refused > 0, 'the first attempt');
    away = false;
    await events.close();
    assert.equal([written, errors.length], [1, 0], message);
  });
  await Promise.all(tried);
});
