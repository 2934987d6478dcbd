// evaluate, tune, report and experiment from the command line: on files, and on a shop.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { openClient } from '../../../sql/pool.ts';
import { runCommand } from '../../test-support/run-command.ts';
import { sampleDatabase } from '../../test-support/sample-server.ts';

interface Context {
  folder: string;
  url: string;
  drop(): Promise<void>;
}

const test = suite<Context>('evaluate, tune, report');

test.before(async (context) => {
  const database = await sampleDatabase();
  Object.assign(context, { url: database.url, drop: database.drop });
});
test.after((context) => context.drop?.());
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-'));
  writeFiles(context.folder);
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** Writes orders of forty customers with two tastes: three orders each for training, one for the test. */
function writeFiles(folder: string): void {
  const random = new Random(4);
  const header = 'order_id,customer_id,product_id,ordered_at,quantity,unit_price,category\n';
  const parts = { train: header, test: header };
  for (let customer = 0; customer < 40; customer++) {
    for (let order = 0; order < 4; order++) {
      const taste = Array.from({ length: 12 }, (_, at) => `p${(customer % 2) * 12 + at}`);
      for (const product of random.some(taste, 3))
        parts[order < 3 ? 'train' : 'test'] +=
          `o${customer}-${order},c${customer},${product},2026-0${order + 1}-01,1,9.90,\n`;
    }
  }
  writeFileSync(path.join(folder, 'train.csv.gz'), gzipSync(parts.train));
  writeFileSync(path.join(folder, 'test.csv'), parts.test);
}

function recs({ folder, url }: Context, ...args: string[]) {
  const { PATH = '' } = process.env;
  const env = { PATH, COUTURE_HOME: folder, COUTURE_WORKERS: '1', DATABASE_URL: url };
  return runCommand(['recs', ...args], { cwd: folder, env });
}

async function json(context: Context, ...args: string[]) {
  const { code, stdout, stderr } = await recs(context, ...args, '--json');
  assert.is(code, 0, stderr);
  return JSON.parse(stdout);
}

async function refused(context: Context, pattern: RegExp, ...args: string[]): Promise<void> {
  const { code, stderr } = await recs(context, ...args);
  assert.ok(code !== 0, 'refused');
  assert.match(stderr, pattern);
}

const files = ['--train', 'train.csv.gz', '--test', 'test.csv'];

test('an evaluation of files is one command and prints the documented object', async (context) => {
  const model = ['--similarity', 'cosine', '--weighting', 'tfidf', '--shrink', '2', '--neighbours', '5'];
  const found = await json(
    context,
    'evaluate',
    ...files,
    '--basket',
    'customer',
    '--task',
    'personalized',
    ...model,
    '--k',
    '5,3',
  );
  assert.equal([found.items, found.model], [24, 'cosine tfidf (asked)']);
  assert.ok(found.users > 20 && found.users <= 40, 'those who bought something new');
  assert.equal(Object.keys(found.metrics.recall), ['3', '5']);
  assert.ok(found.metrics.recall['5'] > found.metrics.recall['3'] && found.metrics.recall['3'] > 0);
  assert.ok(found.coverage > 0 && found.ms >= 0);
  const [low, high] = found.intervals.recall['5'];
  assert.ok(low <= found.metrics.recall['5'] && found.metrics.recall['5'] <= high);
  assert.equal(
    found.models.map(({ name }: { name: string }) => name),
    ['popularity', 'count', 'cosine', 'llr', 'lift', 'current', 'cosine tfidf (asked)'],
  );
});

test('tune writes a file that evaluate accepts, the same one for the same seed', async (context) => {
  // By trials, not by time: a busy machine would find another winner.
  const args = ['tune', '--train', 'train.csv.gz', '--trials', '6', '--seed', '7'];
  const tuned = await json(context, ...args, '--out', 'one.json');
  await json(context, ...args, '--out', 'two.json');
  const read = (file: string) => JSON.parse(readFileSync(path.join(context.folder, file), 'utf8'));
  assert.equal(read('one.json').copurchase, read('two.json').copurchase);
  assert.equal(read('one.json').personalized, read('two.json').personalized);
  assert.equal(tuned.copurchase.settings, read('one.json').copurchase);
  assert.ok(read('one.json').trials.length >= tuned.copurchase.trials);
  for (const task of ['copurchase', 'personalized']) {
    const found = await json(
      context,
      'evaluate',
      ...files,
      '--task',
      task,
      '--config',
      'one.json',
      '--k',
      '5',
      '--no-baselines',
    );
    assert.is(found.model, 'tuned');
    assert.ok(found.metrics.recall['5'] > 0.25, `${task}: ${found.metrics.recall['5']}`);
  }
});

test('invalid values are rejected with what was expected', async (context) => {
  const refused = async (pattern: RegExp, ...args: string[]) => {
    const { code, stderr, stdout } = await recs(context, ...args);
    assert.ok(code === 2 || /cannot be read|is not a valid model/.test(stderr), `${code}: ${stderr}`);
    assert.not.equal(code, 0);
    assert.match(stderr, pattern);
    assert.is(stdout, '');
  };
  await refused(/--basket is "shop": expected order, customer/, 'evaluate', ...files, '--basket', 'shop');
  await refused(/--train is given without --test/, 'evaluate', '--train', 'train.csv.gz');
  await refused(/--test-period is "soon"/, 'evaluate', '--test-period', 'soon');
  await refused(/unknown option '--holdout'/, 'evaluate', '--holdout', 'last');
  await refused(/--k is "0"/, 'evaluate', ...files, '--k', '0');
  await refused(/nowhere.csv cannot be read/, 'evaluate', '--train', 'nowhere.csv', '--test', 'test.csv');
  writeFileSync(path.join(context.folder, 'bad.json'), '{"copurchase": {"similarity": "magic"}}');
  await refused(
    /bad.json is not a valid model: copurchase.similarity/,
    'evaluate',
    ...files,
    '--config',
    'bad.json',
  );
  await refused(/--apply cannot be combined with --train/, 'tune', '--train', 'train.csv.gz', '--apply');
  await refused(/--trials is "0"/, 'tune', '--train', 'train.csv.gz', '--trials', '0');
  await refused(/--budget is "soon"/, 'tune', '--train', 'train.csv.gz', '--budget', 'soon');
  await refused(/--build|There is no build 99/, 'experiment', '--build', '99');
});

test('a shop’s orders are evaluated and tuned, and the next build uses the tuned settings', async (context) => {
  const found = await json(context, 'evaluate', '--html', 'report.html', '--k', '10');
  assert.ok(found.metrics.recall['10'] > found.models[0].metrics.recall['10'], 'better than bestsellers');
  const page = readFileSync(path.join(context.folder, 'report.html'), 'utf8');
  assert.match(page, /<svg aria-hidden="true"/);
  assert.match(page, /src="data:image\/svg\+xml;base64,/);
  assert.not.match(page, /<script|(src|href)="https?:/);
  writeFileSync(path.join(context.folder, 'couture.config.json'), '{"top": 12}');
  const { stdout, stderr } = await recs(context, 'tune', '--trials', '2', '--apply', '--json');
  assert.not.match(stderr, 'DeprecationWarning', 'each trial is saved after the one before');
  const tuned = JSON.parse(stdout);
  const settings = JSON.parse(readFileSync(path.join(context.folder, 'couture.config.json'), 'utf8'));
  assert.equal(settings, { top: 12, ...tuned.applied });
  // Without a model in the file yet, a task whose current settings stay writes nothing.
  const { copurchase, personalized } = tuned;
  assert.is(settings.similarity, copurchase.changed ? copurchase.settings.similarity : undefined);
  assert.equal(settings.model, personalized.changed ? { personalized: personalized.settings } : undefined);
  for (const { plan, score, current } of [copurchase, personalized]) {
    assert.ok(score >= current.score);
    assert.ok(plan.trials > 0 && plan.validation !== plan.confirmation);
  }
  const built = await json(context, 'build', '--no-publish', '--kinds', 'bought_together');
  const experiment = await json(context, 'experiment', '--build', String(built.build_id), '--share', '0.5');
  assert.equal([experiment.build_id, experiment.share], [built.build_id, 0.5]);
  const again = await recs(context, 'experiment', '--build', String(built.build_id));
  assert.is(again.code, 2);
  assert.match(again.stderr, /is already running/);
  assert.is((await json(context, 'experiment', '--stop')).experiment_id, experiment.experiment_id);
});

test('--build measures the lists of the published build on later orders, as a query over its tables does', async (context) => {
  await refused(context, /There are no orders after \d{4}-\d{2}-\d{2}/, 'evaluate', '--build');
  await refused(
    context,
    /--build and --test-period cannot be combined/,
    'evaluate',
    '--build',
    '--test-period',
    '7d',
  );
  const client = await openClient(context.url);
  try {
    // Two days after the build's newest order, sixty customers buy what they bought last once more.
    await client.query(`update shop.orders set created_at = (select max(created_at) from shop.orders) + interval '2 days'
      where order_id in (select distinct on (customer_id) order_id from shop.orders
                         where status <> 'cancelled' and customer_id is not null and customer_id % 10 = 0
                         order by customer_id, created_at desc limit 60)`);
    const found = await json(context, 'evaluate', '--build', '--task', 'personalized', '--k', '10');
    assert.match(found.model, /^build \d+$/);
    assert.equal(found.settings, { build: Number(found.model.slice(6)) });
    const { rows } = await client.query<{ recall: number; customers: number }>(`
      with wanted as (
        select distinct l.customer_id, k.representative_key as item
        from couture_source.order_line l join couture.product_key k on k.product_id::text = l.product_id::text
        where l.ordered_at > (select watermark + interval '1 day' from couture.build join couture.published using (build_id))
      ), served as (
        select c.customer_id, e.item
        from couture.customer_list l join couture.published using (build_id) join couture.customer_key c using (customer_key),
             unnest(l.item_keys[1:10]) e (item)
      ), counted as (
        select w.customer_id, count(s.item)::float8 / count(*) as recall
        from wanted w left join served s on s.customer_id::text = w.customer_id::text and s.item = w.item group by 1
      )
      select avg(recall) as recall, count(*)::int as customers from counted`);
    assert.is(found.users, rows[0]!.customers);
    assert.ok(Math.abs(found.metrics.recall['10'] - rows[0]!.recall) < 1e-5, JSON.stringify(rows));
    const { segments } = found.models.at(-1);
    assert.is(segments.new.customers + segments.returning.customers, found.users);
  } finally {
    await client.end();
  }
});

test('a report without events says so, in the terminal and as a page', async (context) => {
  const { code, stdout } = await recs(context, 'report', '--html', 'uplift.html');
  assert.is(code, 0);
  assert.match(stdout, /No impressions were recorded/);
  assert.ok(existsSync(path.join(context.folder, 'uplift.html')));
  const report = await json(context, 'report', '--days', '7');
  assert.equal([report.days, report.lists, report.comparisons], [7, [], []]);
});
