// The README says what the program has: every command, every setting, every error code, and nothing else.
import { readFileSync } from 'node:fs';
import { assert, suite } from '../fixtures/suite.ts';
import { readmeFile, withGeneratedParts } from './readme.ts';

const test = suite('readme');

test('README.md has the commands, settings and errors of the code; otherwise run "npm run docs"', () => {
  const text = readFileSync(readmeFile, 'utf8');
  assert.ok(withGeneratedParts(text) === text, 'README.md is stale: run "npm run docs"');
});

test('README.md stays under 200 lines without its generated tables', () => {
  const own = readFileSync(readmeFile, 'utf8').replaceAll(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, '');
  assert.ok(own.split('\n').length < 200);
});
