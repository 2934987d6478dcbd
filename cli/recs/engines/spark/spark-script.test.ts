import { assert, rejects, suite } from '../../../../fixtures/suite.ts';
import { partDone, sparkScript } from './spark-script.ts';

const test = suite('spark script');

test('fills in parameters, drops comments and adds a mark after each part', () => {
  const script = sparkScript(['ping', 'ping'], { target: `url 'here'` });
  assert.match(script, `using jdbc options (\n  url 'here', dbtable`);
  assert.not.match(script, '--');
  assert.not.match(script, '${');
  const marks = [...script.matchAll(/^select '(.*)';$/gm)].map((match) => partDone(match[1]!));
  assert.equal(marks, ['ping', 'ping']);
  assert.is(partDone('Time taken: 2 seconds'), undefined);
});

test('a missing parameter is an error', async () => {
  await rejects(() => sparkScript(['ping'], {}), /ping\.sql: no value for target/);
});
