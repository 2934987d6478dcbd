// Errors of Postgres as HTTP statuses: what passes by itself is 503, so that clients retry.
import { assert, suite } from '../../../fixtures/suite.ts';
import { reportHttp } from './problem.ts';

const test = suite('problems');

for (const [code, status] of [
  ['53100', 503], // disk full
  ['53200', 503], // out of memory
  ['53300', 503], // too many connections
  ['58030', 503], // I/O error
  ['25006', 503], // read-only
  ['40P01', 503], // deadlock
  ['57014', 503], // statement timeout
  ['22021', 400],
  ['42501', 500],
  ['23505', 500],
] as const)
  test(`SQLSTATE ${code} is ${status}`, () => {
    assert.is(reportHttp(Object.assign(new Error('could not write'), { code })).status, status);
  });
