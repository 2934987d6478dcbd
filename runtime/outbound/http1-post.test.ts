// What becomes of a POST when the other side breaks HTTP: it always ends, and a known status counts.
import { Agent } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { lateMessage } from './deadline.ts';
import { postOverHttp1 } from './http1-post.ts';
import { publicGet } from './public-get.ts';

interface Setting {
  url: URL;
  answer: (socket: Socket) => void;
  close: () => void;
}

const test = suite<Setting>('a POST over HTTP/1.1', { timeout: 20_000 });
test.before(async (context) => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('data', () => context.answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  context.close = () => {
    for (const socket of open) socket.destroy();
    server.close();
  };
});
test.after(({ close }) => close());

function post(url: URL, deadline: number) {
  const agent = new Agent();
  return postOverHttp1(agent, { url, headers: {}, body: Buffer.from('{}'), deadline }).finally(() =>
    agent.destroy(),
  );
}

const switched = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n';

test('a switch of protocols that nobody asked for is an error, and no wait without end', async (context) => {
  context.answer = (socket) => socket.write(switched);
  await rejects(() => post(context.url, 10_000), /closed without an answer/);
  const { signal } = new AbortController();
  await rejects(() => publicGet(context.url, { signal, anywhere: true }), /closed without an answer/);
});

test('a status that has arrived counts, whatever becomes of the body: nothing is sent again', async (context) => {
  const created = 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n';
  for (const [rest, end] of [
    ['', false],
    ['1\r\nx\r\n', false],
    ['1\r\nx\r\n', true],
    ['no size\r\n', false],
    [`0\r\n${'A: b\r\n'.repeat(5_000)}`, false],
    [`8000\r\n${'x'.repeat(0x8000)}\r\n`, false],
  ] as const) {
    context.answer = (socket) => {
      socket.write(created + rest);
      if (end) socket.destroySoon();
    };
    assert.is((await post(context.url, 300)).status, 201, JSON.stringify(rest.slice(0, 30)));
  }
});

test('without a status, it ends at the deadline', async (context) => {
  for (const start of ['', 'HTTP/1.1 201 Cre', 'HTTP/1.1 100 Continue\r\n\r\n']) {
    context.answer = (socket) => socket.write(start);
    await rejects(
      () => post(context.url, 300),
      (error) => error.message === lateMessage,
    );
  }
});
