// Settings with consequences for security: who can read the file, origins that would match nothing, and memory.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { machineMemory } from '../../sql/machine-memory.ts';
import { exposedSecrets, loadConfig } from './config.ts';

const test = suite<{ directory: string }>('settings and security');
test.beforeEach((context) => {
  context.directory = mkdtempSync(path.join(os.tmpdir(), 'couture-config-'));
});
test.afterEach(({ directory }) => rmSync(directory, { recursive: true, force: true }));

test('secrets in a file that others can read are named', ({ directory }) => {
  const file = path.join(directory, 'couture.config.json');
  const secrets = { jwtSecret: 'a secret of 32 characters or more', redisUrl: 'redis://:word@localhost' };
  const exposed = (mode: number, content: object, env = {}) => {
    writeFileSync(file, JSON.stringify(content));
    chmodSync(file, mode);
    return exposedSecrets(directory, loadConfig({ directory, env, flags: {} })).sort();
  };
  assert.equal(exposed(0o644, secrets), ['jwtSecret', 'redisUrl']);
  assert.equal(exposed(0o640, secrets), ['jwtSecret', 'redisUrl']);
  assert.equal(exposed(0o600, secrets), []);
  assert.equal(exposed(0o644, { port: 4000 }), []);
  const url = { databaseUrl: 'postgresql://couture@db.example/shop', redisUrl: 'redis://localhost' };
  assert.equal(exposed(0o644, url), [], 'URLs without a password');
  const env = { COUTURE_JWT_SECRET: 'another secret of 32 characters or more' };
  assert.equal(exposed(0o644, secrets, env), ['redisUrl'], 'the environment overrides the file');
});

for (const origin of ['https://*.shop.example', '*', 'https://shop.example/', 'shop.example', 'https://*'])
  test(`the origin ${origin} is refused`, async () => {
    await rejects(() => loadConfig({ env: {}, flags: { corsOrigins: origin } }), /origins such as https/);
  });

test('dates that no calendar has, and spans of no time, are refused', async () => {
  for (const since of ['2026-02-31', '2026-04-31T10:00Z', '2025-02-29'])
    await rejects(
      () => loadConfig({ env: {}, flags: { since } }),
      /expected a duration such as 365d, a date/,
    );
  assert.equal(loadConfig({ env: {}, flags: { since: '2024-02-29' } }).config.since, {
    date: new Date('2024-02-29'),
  });
  for (const flags of [{ halfLife: '0d' }, { trendingDays: '0h' }])
    await rejects(() => loadConfig({ env: {}, flags }), /longer than zero/);
});

test('what is no number is not taken for zero', async () => {
  for (const minLlr of ['', ' ', null, true, []])
    await rejects(() => loadConfig({ env: {}, flags: { minLlr } }), /minLlr|--min-llr/);
  for (const minLlr of [3.5, '3.5', ' 3.5 ', '35e-1'])
    assert.is(loadConfig({ env: {}, flags: { minLlr } }).config.minLlr, 3.5);
});

test('a build takes at most half the memory of this machine or container by default', () => {
  const { memory } = loadConfig({ env: {}, flags: {} }).config;
  const half = machineMemory() / 2;
  assert.ok(memory <= half && memory > Math.min(half - 2 ** 20, 2 ** 32 - 1), `${memory} of ${2 * half}`);
});
