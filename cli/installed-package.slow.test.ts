// The package as a shop installs it: only the published files, as the last step of a release prints them.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type TestDatabase, testDatabase } from '../fixtures/database.ts';
import { packedFiles } from '../fixtures/guards/packed-files.ts';
import { isRewritten, packedModule } from '../fixtures/packed-modules.ts';
import { assert, suite } from '../fixtures/suite.ts';
import { packageRoot } from '../sql/package-root.ts';

interface Context {
  /** Its node_modules has couture, and links to what couture depends on. */
  folder: string;
  database: TestDatabase;
}

const run = promisify(execFile);
const test = suite<Context>('the installed package', { timeout: 180_000 });

test.before(async (context) => {
  context.folder = await mkdtemp(path.join(os.tmpdir(), 'couture-installed-'));
  context.database = await testDatabase();
  const modules = path.join(context.folder, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir(path.join(packageRoot, 'node_modules')))
    await symlink(path.join(packageRoot, 'node_modules', name), path.join(modules, name));
  for (const { path: name } of packedFiles()) {
    const [from, to] = [path.join(packageRoot, name), path.join(modules, 'couture', name)];
    await mkdir(path.dirname(to), { recursive: true });
    const [, module = ''] = /^dist\/(.+)$/.exec(name) ?? [];
    if (isRewritten(module)) await writeFile(to, packedModule(module, await readFile(from, 'utf8')));
    else await copyFile(from, to);
  }
  await writeFile(path.join(context.folder, 'package.json'), '{ "type": "module" }');
});
test.after(async ({ folder, database }) => {
  await database?.drop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

function node({ folder, database }: Context, ...args: string[]) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: database.url };
  return run(process.execPath, args, { cwd: folder, env, timeout: 150_000 });
}

test('runs the demo: sample shop, build and lists', async (context) => {
  const demo = await node(context, 'node_modules/couture/bin/couture.js', 'demo', '--no-serve');
  assert.match(demo.stdout, 'Build 1 is published');
  assert.match(demo.stdout, /bought together in \d+ orders/);
});

test('builds from code, by the published types', async (context) => {
  const code = `import { buildRecommendations } from 'couture';
    import { api } from 'couture/contract';
    const summary = await buildRecommendations({ databaseUrl: process.env['DATABASE_URL']! });
    console.log(summary.state, Object.keys(api).length > 10);`;
  await writeFile(path.join(context.folder, 'own.ts'), code);
  const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--types', 'node'];
  await node(context, 'node_modules/typescript/bin/tsc', ...options, 'own.ts');
  assert.match((await node(context, 'own.js')).stdout, /published true/);
});
