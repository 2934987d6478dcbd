// Standard input and pipes are copied, so that they can be read twice; files are read where they are.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { testFolder } from '../test-support/import-files.ts';
import { spoolFiles } from './spooled-files.ts';

const test = suite('spooled files');

test('standard input and named pipes become temporary files, which are removed', async () => {
  const folder = testFolder();
  try {
    const file = folder.write('orders.csv', 'a,b\n');
    const pipe = path.join(path.dirname(file), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const stdin = Readable.from(['c,', 'd\n']);
    const [{ paths, remove }] = await Promise.all([
      spoolFiles([file, '-', pipe], { stdin }),
      writeFile(pipe, 'e,f\n'),
    ]);
    assert.is(paths[0], file);
    assert.equal(
      paths.map((each) => readFileSync(each, 'utf8')),
      ['a,b\n', 'c,d\n', 'e,f\n'],
    );
    await remove();
    assert.equal(
      paths.map((each) => existsSync(each)),
      [true, false, false],
    );
  } finally {
    folder.remove();
  }
});

test('an input that fails leaves nothing behind', async () => {
  const broken = new Readable({ read: () => broken.destroy(new Error('no more')) });
  await rejects(() => spoolFiles(['-'], { stdin: broken }), /cannot be read or copied .*: no more/);
});
