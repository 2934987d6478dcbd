import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { newId } from './new-id.ts';

const test = suite('new ids');

test('are distinct UUIDs of version 4', () => {
  const ids = Array.from({ length: 200 }, newId);
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.is(new Set(ids).size, ids.length);
});

test('need no crypto.randomUUID, and nothing in the front end calls it', () => {
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  try {
    assert.is(newId().length, 36);
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
  }
  const web = path.resolve(import.meta.dirname, '../../../web');
  const callers = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      /(?<!\.test)\.ts$/.test(file) &&
      !file.startsWith('test-support') &&
      /randomUUID\(/.test(readFileSync(path.join(web, file), 'utf8')),
  );
  assert.equal(callers, []);
});
