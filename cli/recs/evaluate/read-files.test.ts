import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { readFiles } from './read-files.ts';

const test = suite<{ folder: string }>('files to evaluate on');
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-files-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

test('dates are read as the import reads them, in any time zone', async ({ folder }) => {
  const times = ['2024-03-01 23:30:00', '2024-03-13 00:10:00', '2024-04-02 12:00:00'];
  const written: Record<string, (time: string) => string> = {
    iso: (time) => time,
    'day first': (time) => `${time.slice(8, 10)}/${time.slice(5, 7)}/2024 ${time.slice(11)}`,
    'with dots': (time) => `${time.slice(8, 10)}.${time.slice(5, 7)}.2024 ${time.slice(11)}`,
    'month first': (time) => `${time.slice(5, 7)}/${time.slice(8, 10)}/2024 ${time.slice(11)}`,
    'seconds since 1970': (time) => String(Date.parse(`${time}Z`) / 1_000),
  };
  const zone = process.env.TZ;
  process.env.TZ = 'America/New_York';
  try {
    for (const [name, write] of Object.entries(written)) {
      const file = path.join(folder, 'orders.csv');
      const lines = times.map((time, at) => `${at},c${at},p,${write(time)}\n`);
      writeFileSync(file, `order_id,customer_id,product_id,ordered_at\n${lines.join('')}`);
      const { train } = await readFiles([file], []);
      assert.equal(
        [...train.day].map((day) => new Date(Math.round(day * 86_400_000)).toISOString().slice(0, 19)),
        times.map((time) => time.replace(' ', 'T')),
        name,
      );
    }
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});
