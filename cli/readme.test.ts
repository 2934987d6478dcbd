// The READMEs list exactly the commands, routes, settings and error codes of the code.
import { assert, suite } from '../fixtures/suite.ts';
import { generatedBlocks, readReadme, withGeneratedParts } from './readme.ts';

const test = suite('readme');

for (const file of Object.keys(generatedBlocks) as Array<keyof typeof generatedBlocks>) {
  test(`${file} matches the code; if not, run "npm run docs"`, async () => {
    const text = readReadme(file);
    assert.ok((await withGeneratedParts(file, text)) === text, `${file} is stale: run "npm run docs"`);
  });
}

test('README.md has at most 200 lines, those of the folders at most 120, besides generated tables', () => {
  assert.ok(readReadme('README.md').split('\n').length <= 200);
  for (const folder of [
    'bin',
    'cli',
    'runtime',
    'runtime/core',
    'runtime/contract',
    'sql',
    'fixtures',
    'web',
  ]) {
    const written = readReadme(`${folder}/README.md`).replaceAll(
      /<!-- ([\w ]+) -->\n[\s\S]*?<!-- \/\1 -->/g,
      '',
    );
    const lines = written.split('\n').length;
    assert.ok(lines <= 120, `${folder}/README.md has ${lines} lines`);
  }
});
