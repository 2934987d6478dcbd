// One log line per fault of the proxy in front, whichever way it names the visitor.
import type { Context, Next } from 'koa';
import { assert, suite } from '../fixtures/suite.ts';
import type { Log } from './core/log.ts';
import { ProxyHints } from './proxy-hints.ts';

const test = suite('hints about proxies');

/** Sends a request twice. @returns the first words of each hint that was logged */
async function hintsAt(trustProxy: number, ip: string, headers: Record<string, string>): Promise<string[]> {
  const logged: string[] = [];
  const log = { warn: (_: object, words: string) => logged.push(words.split(',')[0]!) } as unknown as Log;
  const middleware = new ProxyHints(log).middleware(trustProxy);
  const get = (name: string) => headers[name.toLowerCase()] ?? '';
  const ctx = { headers, request: { ip }, path: '/', get } as unknown as Context;
  for (let turn = 0; turn < 2; turn++) await middleware(ctx as never, (async () => {}) as Next);
  return logged;
}

const forwarded = 'X-Forwarded-For arrives';
const other = 'A proxy names the visitor in a header that is not read';
const more = 'The visitor’s address is one of a private network';

test('each way to get the visitor’s address wrong has one line, and the right one has none', async () => {
  const cases: Array<[trustProxy: number, ip: string, headers: Record<string, string>, hints: string[]]> = [
    [0, '198.51.100.7', {}, []],
    [0, '10.0.0.2', {}, []],
    [0, '10.0.0.2', { 'x-forwarded-for': '198.51.100.7' }, [forwarded]],
    [1, '198.51.100.7', { 'x-forwarded-for': '198.51.100.7' }, []],
    [1, '198.51.100.7:4711', { 'x-forwarded-for': '203.0.113.1, 198.51.100.7:4711' }, []],
    [1, '10.0.0.2', { 'x-forwarded-for': '198.51.100.7, 10.0.0.2' }, [more]],
    [1, '[fd00::2]:443', { 'x-forwarded-for': '198.51.100.7, [fd00::2]:443' }, [more]],
    [2, '198.51.100.7', { 'x-forwarded-for': '198.51.100.7, 10.0.0.2' }, []],
    // A shop of an intranet.
    [1, '10.3.2.1', { 'x-forwarded-for': '10.3.2.1' }, []],
  ];
  for (const header of ['forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip'])
    for (const trusted of [0, 1]) cases.push([trusted, '10.0.0.2', { [header]: '198.51.100.7' }, [other]]);
  for (const [trusted, ip, headers, hints] of cases)
    assert.equal(await hintsAt(trusted, ip, headers), hints, JSON.stringify([trusted, ip, headers]));
});
