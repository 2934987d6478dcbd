import { assert, suite } from '../../../../fixtures/suite.ts';
import { sparkComplaint } from './spark-complaint.ts';

const test = suite('spark complaint');

test('the deepest cause is told, without its trace and its class', () => {
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

test('an error of a statement is told as it is, long ones cut', () => {
  assert.is(sparkComplaint(['noise', '[PARSE_SYNTAX_ERROR] near x']), '[PARSE_SYNTAX_ERROR] near x');
  assert.ok(sparkComplaint([`[LONG] ${'x'.repeat(5_000)}`]).length < 1_000);
});

test('a Java that broke down is told by its signal', () => {
  const said = [
    '#',
    '# A fatal error has been detected by the Java Runtime Environment:',
    '#',
    '#  SIGSEGV (0xb) at pc=0x7f',
  ];
  assert.is(sparkComplaint(said), 'Java crashed: SIGSEGV (0xb) at pc=0x7f');
});

test('nothing is made up where Spark said nothing that is known', () => {
  assert.is(sparkComplaint(['WARN Utils: a hostname']), '');
});
