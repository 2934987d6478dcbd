// The package as a program sees it: imported by its name, compiled against its types.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type TestDatabase, testDatabase } from '../fixtures/database.ts';
import { loadSampleShop } from '../fixtures/sample/load-sample-shop.ts';
import { sampleShop } from '../fixtures/sample/sample-shop.ts';
import { assert, rejects, suite } from '../fixtures/suite.ts';
import { packageRoot } from '../sql/package-root.ts';
import { openClient } from '../sql/pool.ts';
import { adoptShop } from '../sql/source/adopt-shop.ts';
import type * as Couture from './couture.ts';

const test = suite<{ database: TestDatabase; couture: typeof Couture }>('the package');
const itself = 'couture';

test.before(async (context) => {
  context.couture = await import(itself);
  context.database = await testDatabase();
  const client = await openClient(context.database.url);
  await loadSampleShop(client, sampleShop());
  await adoptShop(client, 'sample', { replace: false });
  await client.end();
});
test.after(({ database }) => database?.drop());

test('builds and serves recommendations', async ({ couture, database }) => {
  const lines: string[] = [];
  const summary = await couture.buildRecommendations({
    databaseUrl: database.url,
    settings: { top: 5, workers: 1 },
    onProgress: (line) => lines.push(line),
  });
  assert.is(summary.state, 'published');
  assert.ok(lines.some((line) => line.startsWith('read catalog: ')));
  const server = await couture.startServer({ databaseUrl: database.url, settings: { port: 0 } });
  try {
    const { api } = await import(`${itself}/contract`);
    const response = await fetch(`${server.url}${api.similarProducts.path.replace(/:\w+/, '6')}?limit=5`);
    assert.is(((await response.json()) as unknown[]).length, 5);
  } finally {
    await server.close();
  }
});

test('evaluates the lists on held-out orders', async ({ couture, database }) => {
  const lines: string[] = [];
  const result = await couture.evaluate({
    databaseUrl: database.url,
    settings: { top: 12 },
    k: [10],
    onProgress: (line) => lines.push(line),
  });
  assert.equal([result.task, result.basket, result.model], ['copurchase', 'order', 'current']);
  const recall = (name: string) => result.models.find((model) => model.name === name)!.metrics.recall['10']!;
  assert.ok(recall('current') > recall('popularity'), 'better than bestsellers');
  assert.is(lines.length, result.models.length);
  const personal = await couture.evaluate({
    databaseUrl: database.url,
    task: 'personalized',
    testPeriod: '60d',
    baselines: false,
  });
  assert.equal(Object.keys(personal.metrics.ndcg), ['10', '20']);
  assert.is(personal.models.length, 1);
  await rejects(() => couture.evaluate({ databaseUrl: database.url, k: [0] }), /k is \[0\]/);
  await rejects(
    () => couture.evaluate({ databaseUrl: database.url, task: 'similar' as 'copurchase' }),
    /task is "similar"/,
  );
  await rejects(() => couture.evaluate({ databaseUrl: database.url, testPeriod: 'soon' }), /is "soon"/);
});

test('a setting that does not exist is refused by name', async ({ couture, database }) => {
  const build = () =>
    couture.buildRecommendations({ databaseUrl: database.url, settings: { halflife: '60d' } });
  await rejects(build, /There is no setting "halflife"/);
});

test('compiles against its types', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'couture-types-'));
  try {
    await mkdir(path.join(folder, 'node_modules', '@types'), { recursive: true });
    for (const name of ['zod', '@types/node', 'undici-types'])
      await symlink(path.join(packageRoot, 'node_modules', name), path.join(folder, 'node_modules', name));
    await symlink(packageRoot, path.join(folder, 'node_modules', 'couture'));
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      path.join(folder, 'program.ts'),
      `import { type BuildSummary, buildRecommendations, type EvaluationResult, evaluate, startServer } from 'couture';
import { api, type ListedProduct } from 'couture/contract';
import 'couture/widgets';
const summary: BuildSummary = await buildRecommendations({ databaseUrl: 'postgresql://localhost/shop' });
const evaluated: EvaluationResult = await evaluate({ databaseUrl: 'postgresql://localhost/shop', k: [10] });
const server = await startServer({ databaseUrl: 'postgresql://localhost/shop', settings: { port: 0 } });
const path: string = api.similarProducts.path;
const first = (await (await fetch(server.url + path)).json()) as ListedProduct[];
console.log(evaluated.metrics.recall['10']?.toFixed(3), evaluated.models[0]?.coverage.toFixed(2));
console.log(summary.build_id.toFixed(), first[0]?.price.toFixed(2));
// @ts-expect-error a build needs a database
await buildRecommendations({});
`,
    );
    const compiler = path.join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    await promisify(execFile)(process.execPath, [compiler, ...options, 'program.ts'], { cwd: folder }).catch(
      (error: { stdout: string }) => assert.unreachable(error.stdout),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
