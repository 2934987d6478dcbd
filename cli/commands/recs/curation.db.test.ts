// The curation commands from the command line: pin, block, boost, list, remove; and invalid input.
import { assert, suite } from '../../../fixtures/suite.ts';
import { runCommand } from '../../test-support/run-command.ts';
import { sampleDatabase } from '../../test-support/sample-server.ts';

const test = suite<{ database: Awaited<ReturnType<typeof sampleDatabase>> }>('curation');
test.before(async (context) => {
  context.database = await sampleDatabase();
});
test.after((context) => context.database?.drop());

test('rules are created, shown with the lists, and removed', async ({ database }) => {
  const recs = commands(database.url);
  const pin = await recs(
    'pin',
    '6',
    '--category',
    'dresses',
    '--at',
    '2',
    '--note',
    'window',
    '--until',
    '2099-12-24',
  );
  assert.equal(
    [pin.code, pin.stdout.trim()],
    [
      0,
      'Rule 1: Juno Sundress in White is pinned to position 2 in lists of Dresses, until 2099-12-24 00:00 UTC: window.',
    ],
  );
  assert.match(pin.stderr, 'couture recs curation --remove 1');
  assert.is(
    (await recs('block', 'carmen', 'bandeau', '--for', '6', '--lists', 'similar,you-may-like')).code,
    0,
  );
  assert.is((await recs('boost', '9', '--factor', '0.5', '--lists', 'trending')).code, 0);
  const { rules } = JSON.parse((await recs('curation', '--json')).stdout);
  assert.equal(
    rules.map((rule: Record<string, unknown>) => [
      rule.action,
      rule.scope,
      rule.where,
      rule.kinds,
      rule.place,
      rule.factor,
    ]),
    [
      ['pin', 'category', 'Dresses', [], 2, null],
      ['block', 'product', 'Juno Sundress in White', ['similar', 'you_may_like'], null, null],
      ['boost', 'shop', null, ['trending'], null, 0.5],
    ],
  );
  const about = async (...words: string[]) =>
    JSON.parse((await recs('inspect', ...words, '--json')).stdout).curation.map(
      (rule: { curation_id: number }) => rule.curation_id,
    );
  assert.equal(await about('6'), [1, 2]);
  assert.equal(await about('6', '--kind', 'bundle'), [1, 2], 'you-may-like is of the product as well');
  assert.equal(await about('267'), []);
  assert.equal(await about('--trending'), [3]);
  for (const category of ['Dresses', 'dresses'])
    assert.equal(await about('--trending', '--category', category), [1, 3], category);
  assert.match((await recs('inspect', '6')).stdout, 'is pinned to position 2 in lists of Dresses');
  assert.is((await recs('curation', '--remove', '1', '99')).code, 2);
  assert.is(
    JSON.parse((await recs('curation', '--json')).stdout).rules.length,
    3,
    'all or nothing is removed',
  );
  assert.is(
    (await recs('curation', '--remove', '1', '2', '3')).stdout.trim(),
    'Removed rules 1, 2, 3, effective immediately.',
  );
  assert.match((await recs('curation')).stdout, 'There are no rules');
});

test('an invalid rule is rejected with a hint', async ({ database }) => {
  const recs = commands(database.url);
  const refused: Array<[string[], string | RegExp]> = [
    [['pin', '6', '--at', '25'], 'from 1 to 24'],
    [['pin', '6', '--category', 'Dreses'], 'Did you mean "Dresses"?'],
    [['pin', '6', '--category', 'Dresses', '--for', '7'], 'cannot be combined'],
    [['block', '6', '--until', '2020-01-01'], 'is in the past'],
    [['block', '6', '--from', '2099-02-01', '--until', '2099-01-01'], '--until is not after --from'],
    [['block', '6', '--from', 'tomorrow'], 'expected a date'],
    [['block', '6', '--lists', 'simlar'], 'Lists are similar'],
    [['boost', '6', '--factor', '1'], 'except 1'],
    [['boost', '6', '--factor', '-2'], 'above 0'],
    [['block', 'no such thing'], /no product|unknown/i],
    [['curation', '--remove', 'x'], 'expected a rule number'],
  ];
  for (const [words, said] of refused) {
    const { code, stderr } = await recs(...words);
    assert.is(code, 2, words.join(' '));
    assert.match(stderr, said);
  }
  const several = await recs('block', 'dress');
  assert.is(several.code, 2);
  assert.match(several.stdout, 'products have "dress" in their names');
  assert.match((await recs('curation')).stdout, 'There are no rules');
});

function commands(url: string) {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATABASE_URL: url };
  return (...words: string[]) => runCommand(['recs', ...words], { cwd: '/', env });
}
