// Errors of Postgres as HTTP statuses: what passes by itself is 503, so that clients retry.
import type { Context } from 'koa';
import { assert, suite } from '../../../fixtures/suite.ts';
import { problemPage } from '../problem-page.ts';
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

test('people who open a page get a page, programs get the problem', () => {
  const send = problemPage({ shell: '<html>shop' });
  const ask = (path: string, status: number, accept = 'text/html,*/*', method = 'GET') => {
    const headers: Record<string, string> = {};
    const get = (name: string) => (name === 'Accept' ? accept : '');
    const set = (name: string, value: string) => void (headers[name] = value);
    const ctx = {
      path,
      method,
      get,
      set,
      headers,
      state: {},
      body: '',
      vary() {},
      acceptsLanguages: () => ['de-AT'],
    };
    Object.assign(ctx, { response: { get: () => '' } });
    return { sent: send(ctx as unknown as Context, status), body: ctx.body, headers };
  };
  for (const path of [
    '/product/6',
    '/products/6',
    '/product/SKU-1.5',
    '/category/Hats',
    '/category/Dr.Martens',
    '/',
  ])
    assert.is(ask(path, 503).body, '<html>shop', path);
  for (const path of ['/demo/sign-in', '/sign-in', '/embed']) {
    const { body, headers } = ask(path, 500);
    assert.match(body, /lang="de"[\s\S]*<h1>Gerade nicht erreichbar/);
    assert.is(headers.Refresh, '15');
  }
  for (const [path, status, accept, method] of [
    ['/api/products/6', 503],
    ['/product/6', 503, 'application/json'],
    ['/sitemap.xml', 503],
    ['/product/6', 404],
    ['/sign-in/return', 503, 'text/html', 'POST'],
  ] as const)
    assert.is(ask(path, status, accept, method).sent, false, `${method} ${path} ${status}`);
});
