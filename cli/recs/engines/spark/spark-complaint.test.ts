import { assert, suite } from '../../../../fixtures/suite.ts';
import { sparkComplaint } from './spark-complaint.ts';

const test = suite('spark complaint');

test('returns the deepest cause without its trace and class', () => {
  const said = [
    'org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times',
    '\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2856)',
    'Caused by: java.lang.RuntimeException: reading failed',
    'Caused by: org.postgresql.util.PSQLException: ERROR: division by zero',
    '\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2733)',
  ];
  assert.match(sparkComplaint(said), /PSQLException: ERROR: division by zero$/);
  assert.match(sparkComplaint(said), 'Task 0 in stage 3.0 failed');
  assert.not.match(sparkComplaint(said), 'DAGScheduler');
});

test('returns the error of a statement unchanged, truncated if it is long', () => {
  assert.is(sparkComplaint(['noise', '[PARSE_SYNTAX_ERROR] near x']), '[PARSE_SYNTAX_ERROR] near x');
  assert.ok(sparkComplaint([`[LONG] ${'x'.repeat(5_000)}`]).length < 1_000);
});

test('returns the signal of a crashed JVM', () => {
  const said = [
    '#',
    '# A fatal error has been detected by the Java Runtime Environment:',
    '#',
    '#  SIGSEGV (0xb) at pc=0x7f',
  ];
  assert.is(sparkComplaint(said), 'Java crashed: SIGSEGV (0xb) at pc=0x7f');
});

test('returns nothing if the output has no known error', () => {
  assert.is(sparkComplaint(['WARN Utils: a hostname']), '');
});
