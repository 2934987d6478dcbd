import { assert, suite } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { buildEnvironment } from './schedule.ts';

const test = suite('schedule: settings of builds');

test('a build process gets the flags of the schedule as they were given', () => {
  const flags = {
    sparkConf: ['spark.driver.extraJavaOptions=-Da=b', 'spark.jars=a.jar,b.jar'],
    kinds: 'similar,trending',
    repurchase: true,
    acrossCategories: false,
    top: '12',
  };
  const given = loadConfig({ env: {}, flags }).config;
  const passed = loadConfig({ env: buildEnvironment(flags), flags: {} }).config;
  for (const key of ['sparkConf', 'kinds', 'repurchase', 'acrossCategories', 'top'] as const)
    assert.equal(passed[key], given[key], key);
});
