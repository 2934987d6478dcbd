// reportError: codes from the table, Postgres errors by SQLSTATE, lost connections by any sign.
import { assert, suite } from '../../fixtures/suite.ts';
import { connectionLost, isConnectionLost, CoutureError as SqlError, sqlErrors } from '../../sql/errors.ts';
import { CoutureError, errorTable, exitCodes, reportError } from './errors.ts';

const test = suite('errors');

test('every code has a documented exit code, a status and a description', () => {
  const exits: number[] = [exitCodes.failed, exitCodes.usage, exitCodes.gate, exitCodes.locked];
  for (const [code, row] of Object.entries(errorTable)) {
    assert.ok(exits.includes(row.exit), `${code} exits ${row.exit}`);
    assert.ok(row.status >= 400 && row.status < 600, `${code} has status ${row.status}`);
    assert.match(row.doc, /^[`\w“].{10,}[^.]$/, code);
  }
});

test('an error of couture keeps its code, message and hint', () => {
  const own = reportError(new CoutureError('build_locked', 'Another build holds the lock: x.', 'Wait.'));
  assert.equal(
    [own.code, own.exit, own.message, own.hint],
    ['build_locked', 4, 'Another build holds the lock: x.', 'Wait.'],
  );
  const refused = reportError(new CoutureError('copy_refused', 'COPY was refused', 'Use a cursor.'));
  assert.equal([refused.code, refused.exit, refused.hint], ['copy_refused', 1, 'Use a cursor.']);
});

test('errors of sql/ are of the same class, and their codes are rows of the table', () => {
  const thrown = new SqlError('source_missing', 'The view couture_source.product is missing', 'Create it.');
  assert.instance(thrown, CoutureError);
  const { code, exit, status, hint } = reportError(thrown);
  assert.equal([code, exit, status, hint], ['source_missing', 2, 500, 'Create it.']);
  const rows: Record<string, unknown> = errorTable;
  for (const [each, row] of Object.entries(sqlErrors)) assert.is(rows[each], row, each);
  // @ts-expect-error sql/ has no such code
  assert.ok(new SqlError('build_locked', '', ''));
  // @ts-expect-error the table has no such code
  assert.ok(new CoutureError('no_such_code', ''));
});

test('a lost connection is reported as such, whatever noticed it first', () => {
  const signs = [
    Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    Object.assign(new Error('connection failure'), { code: '08006' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Client has encountered a connection error and is not queryable'),
  ];
  for (const sign of signs) {
    const { code, exit, message, hint } = reportError(sign);
    assert.equal([code, exit], ['postgres_lost', 1]);
    assert.match(message, sign.message);
    assert.match(hint, 'Nothing was published');
  }
});

test('boundaries and sql/ agree on which errors are lost connections, and on the message', () => {
  const codes = [
    '08006',
    '57P01',
    '57P02',
    '57P03',
    'ECONNRESET',
    'EPIPE',
    'ECONNREFUSED',
    'ETIMEDOUT',
    '57014',
  ];
  const words = [
    'Connection terminated unexpectedly',
    'Client was closed and is not queryable',
    'division by zero',
  ];
  const errors = [
    ...codes.map((code) => Object.assign(new Error('it ended'), { code })),
    ...words.map((message) => new Error(message)),
  ];
  for (const error of errors) {
    const report = reportError(error);
    assert.is(isConnectionLost(error), report.code === 'postgres_lost', error.message);
    if (report.code !== 'postgres_lost') continue;
    const { message, hint } = connectionLost(error);
    assert.equal([message, hint], [report.message, report.hint]);
  }
  assert.is(errors.filter(isConnectionLost).length, 10);
});

test('a refused statement gives Postgres’s own words, and what they do not say', () => {
  const refused = Object.assign(new Error('permission denied for schema couture'), {
    code: '42501',
    detail: 'D.',
    hint: 'H.',
  });
  const { code, message, hint } = reportError(refused);
  assert.is(code, 'postgres_refused');
  assert.is(message, 'Postgres rejected a statement (42501): permission denied for schema couture');
  assert.match(hint, /^D\. H\. "couture doctor" prints/);
  assert.is(reportError(Object.assign(new Error('x'), { code: '23505' })).hint, '');
  // What views of the shop run into: rows, locks, and other servers, which are not the connection.
  for (const [sqlstate, words] of [
    ['22012', /view of couture_source.*select \* from couture_source\.product/],
    ['55P03', /a migration or a build that is running/],
    ['08001', /foreign server/],
    ['HV00N', /foreign table/],
  ] as const) {
    const error = Object.assign(new Error('x'), { code: sqlstate, severity: 'ERROR' });
    assert.is(reportError(error).code, 'postgres_refused', sqlstate);
    assert.match(reportError(error).hint, words);
  }
  assert.is(
    reportError(Object.assign(new Error('x'), { code: '08006', severity: 'FATAL' })).code,
    'postgres_lost',
  );
});

test('anything else is a failure of couture itself, also where it is no Error', () => {
  assert.equal(
    [reportError(new TypeError('x is undefined')).code, reportError('thrown text').message],
    ['internal', 'thrown text'],
  );
});

test('a role that may not create temporary tables is told the statement that lets it', () => {
  const refused = (message: string) => reportError(Object.assign(new Error(message), { code: '42501' })).hint;
  assert.match(
    refused('permission denied to create temporary tables in database "shop"'),
    'grant temporary on database "shop" to NAME',
  );
  assert.match(refused('permission denied for table orders'), 'couture doctor');
});
