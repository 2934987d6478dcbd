import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../fixtures/suite.ts';
import { mergeSettings } from './config-file.ts';

const test = suite<{ folder: string }>('settings file');
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-settings-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

test('a symbolic link stays, and the file that it names gets the settings', ({ folder }) => {
  const target = path.join(folder, 'shared', 'settings.json');
  mkdirSync(path.dirname(target));
  writeFileSync(target, '{"top": 12}');
  symlinkSync(target, path.join(folder, 'couture.config.json'));
  const file = mergeSettings(folder, { seed: 7 });
  assert.ok(lstatSync(file).isSymbolicLink());
  assert.equal(JSON.parse(readFileSync(target, 'utf8')), { top: 12, seed: 7 });
});
