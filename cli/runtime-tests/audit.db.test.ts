// The audit trail of a server at its default log level: sign-ins, refusals, transcripts, exports and revocations, without
// secrets.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
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

test('refused sockets, chats that agents read, and sign-ins by form are lines, too', async () => {
  const database = await sampleDatabase();
  const runtime = new ChatProcess(database.url, { COUTURE_SIGN_IN_URL: 'https://shop.example/couture' });
  try {
    await runtime.start();
    const [first, second, third] = (await makeChats(database.url, 3, 1)) as [string, string, string];
    const [shopper, agent] = [await bearer('shopper-0'), await bearer('agent-0', 'staff')];
    const open = (target: string, headers: Record<string, string>) =>
      new WebSocket(runtime.url.replace('http', 'ws') + target, chatSubprotocol, { headers });
    const refusal = async (target: string, headers: Record<string, string>) => {
      const socket = open(target, headers).on('error', () => {});
      const [, response] = await once(socket, 'unexpected-response');
      return response.statusCode;
    };
    assert.is(await refusal('/ws/console', shopper), 403);
    assert.is(await refusal('/ws/console', { ...agent, Origin: 'https://evil.example' }), 403);
    assert.is(await refusal(`/ws/chat/${first}`, { Authorization: 'Bearer forged' }), 401);
    // Guests without credentials, and chats of others, are no more than missing.
    assert.is(await refusal(`/ws/chat/${first}`, {}), 401);
    assert.is(await refusal(`/ws/chat/${second}`, shopper), 404);
    const watching = open('/ws/console', agent);
    await once(watching, 'open');
    for (const id of [first, first, second])
      watching.send(JSON.stringify({ type: 'watch', session_id: id, after: 0 }));
    const single = open(`/ws/chat/${third}`, agent);
    await once(single, 'open');
    single.send(JSON.stringify({ type: 'resume', after: 0 }));
    const own = open(`/ws/chat/${first}`, shopper);
    await once(own, 'open');
    own.send(JSON.stringify({ type: 'resume', after: 0 }));
    await until(
      () => linesOf(runtime.log).filter(({ audit }) => audit === 'chat_read').length >= 3,
      'the reads',
    );
    for (const headers of [agent, agent, shopper])
      assert.is(
        (await fetch(`${runtime.url}/api/chat-messages?session_id=${first}`, { headers })).status,
        200,
      );
    const started = await fetch(`${runtime.url}/sign-in`, { redirect: 'manual' });
    const state = new URL(started.headers.get('Location')!).searchParams.get('couture_state')!;
    const cookie = started.headers.getSetCookie()[0]!.split(';')[0]!;
    const come = async (form: Record<string, string>) =>
      (
        await fetch(`${runtime.url}/sign-in/return`, {
          method: 'POST',
          headers: { Cookie: cookie },
          body: new URLSearchParams(form),
          redirect: 'manual',
        })
      ).status;
    const token = shopper.Authorization!.slice('Bearer '.length);
    assert.is(await come({ token, state: 'guessed' }), 403);
    assert.is(await come({ token, state }), 303);
    for (const socket of [watching, single, own]) socket.terminate();
    await until(() => linesOf(runtime.log).some(({ audit }) => audit === 'sign_in'), 'the sign-in');
    const shown = linesOf(runtime.log).map(({ audit, sub, code, route, object }) => [
      audit,
      sub,
      code,
      route,
      object,
    ]);
    const none = undefined;
    assert.equal(shown.slice(0, 3), [
      ['access_refused', 'shopper-0', 'forbidden', 'GET /ws/console', none],
      ['access_refused', none, 'origin_refused', 'GET /ws/console', none],
      ['access_refused', none, 'token_invalid', 'GET /ws/chat/:id', none],
    ]);
    // Once for each agent and chat, by whatever way.
    assert.equal(
      shown.slice(3, 6).sort(),
      [first, second, third].map((id) => ['chat_read', 'agent-0', none, none, id]).sort(),
    );
    assert.equal(shown.slice(6), [
      ['sign_in_refused', none, 'origin_refused', 'POST /sign-in/return', none],
      ['sign_in', 'shopper-0', none, 'POST /sign-in/return', none],
    ]);
    for (const { address } of linesOf(runtime.log)) assert.is(address, '127.0.0.1');
  } finally {
    await runtime.end('SIGTERM');
    await database.drop();
  }
});
