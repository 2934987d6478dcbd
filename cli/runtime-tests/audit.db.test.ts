// The audit trail of a server at its default log level: sign-ins, refusals, transcripts, exports and revocations, without secrets.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { ChatProcess, makeChats } from '../test-support/chat-processes.ts';
import { type Body, bearer, sampleDatabase } from '../test-support/sample-server.ts';

const run = promisify(execFile);
const test = suite('the audit trail');

const linesOf = (log: string): Body[] =>
  log
    .split('\n')
    .filter((line) => line.includes('"audit":'))
    .map((line) => JSON.parse(line));

test('each event is one line of one shape, without tokens and texts', async () => {
  const database = await sampleDatabase();
  const runtime = new ChatProcess(database.url);
  const env = { DATABASE_URL: database.url };
  try {
    await runtime.start();
    const [chat] = (await makeChats(database.url, 1, 1)) as [string];
    const [shopper, agent] = [await bearer('shopper-0'), await bearer('agent-0', 'staff')];
    const ask = async (method: string, path: string, headers: Record<string, string>) =>
      (await fetch(runtime.url + path, { method, headers })).status;
    assert.is(await ask('POST', '/api/session', shopper), 200);
    for (let n = 0; n < 5; n++)
      assert.is(await ask('POST', '/api/session', { Authorization: 'Bearer forged' }), 401);
    const transcript = `/api/chat-sessions/${chat}/transcript`;
    assert.is(await ask('GET', transcript, {}), 401);
    assert.is(await ask('GET', transcript, shopper), 403);
    assert.is(await ask('GET', transcript, agent), 200);
    await until(() => linesOf(runtime.log).length >= 4, 'the lines of the requests');
    const events = linesOf(runtime.log);
    const shown = events.map(({ audit, sub, code, object, address }) => [audit, sub, code, object, address]);
    assert.equal(shown, [
      ['sign_in', 'shopper-0', undefined, undefined, '127.0.0.1'],
      // Five of a kind from one address within a minute are one line.
      ['sign_in_refused', undefined, 'token_invalid', undefined, '127.0.0.1'],
      ['access_refused', 'shopper-0', 'forbidden', undefined, '127.0.0.1'],
      ['transcript_read', 'agent-0', undefined, chat, '127.0.0.1'],
    ]);
    assert.is(events[2].others_since, 4);
    for (const each of events) assert.ok(each.time && each.request_id && each.msg === 'audit');

    const runs = [
      ['chat', 'export', chat],
      ['auth', 'revoke', 'agent-0'],
      ['auth', 'revoke', 'agent-0', '--restore'],
    ];
    const written = [];
    for (const words of runs) {
      const bin = path.join(packageRoot, 'bin', 'couture.js');
      const { stderr } = await run(process.execPath, [bin, ...words], { cwd: '/', env });
      written.push(...linesOf(stderr).map(({ audit, object }) => [audit, object]));
    }
    assert.equal(written, [
      ['chat_exported', chat],
      ['subject_revoked', 'agent-0'],
      ['subject_restored', 'agent-0'],
    ]);
    assert.not.match(runtime.log, /Bearer|forged|eyJ|Shopper 0/);
  } finally {
    await runtime.end('SIGTERM');
    await database.drop();
  }
});
