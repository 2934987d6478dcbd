// What files of one address may hold: memory while they are uploaded or read, and disk.
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { attachmentBytes } from '../contract/chat-values.ts';
import { ChatServer, type Person } from '../test-support/chat-server.ts';

const token = 'a token of the metrics';
const test = suite<{ server: ChatServer; sockets: Socket[] }>('files of one address', { timeout: 60_000 });
test.before(async (context) => {
  context.sockets = [];
  context.server = await ChatServer.start({ metricsToken: token, maxInFlight: 5_000 });
});
test.afterEach(({ sockets }) => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
test.after((context) => context.server?.close());

const png = (bytes: number) => {
  const content = Buffer.alloc(bytes);
  content.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  return content;
};

async function figure({ url }: ChatServer, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
  return Number(new RegExp(`^couture_${name} (.*)$`, 'm').exec(await response.text())?.[1]);
}

/** Sends a request over a socket of its own, and then reads nothing. */
async function send({ server, sockets }: { server: ChatServer; sockets: Socket[] }, head: string) {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  socket.pause();
  socket.write(head);
  return socket;
}

/** The headers of a guest's browser. */
const from = ({ server, headers }: Person) =>
  `Host: ${new URL(server.url).host}\r\nOrigin: ${headers.Origin}\r\nCookie: ${headers.Cookie}\r\n`;

test('files that are not read hold the memory of four files', async (context) => {
  const { server } = context;
  const guest = server.guest();
  const { id } = await guest.begin();
  const { body: file } = await guest.ask(`POST /api/chat-sessions/${id}/attachments`, png(attachmentBytes));
  const head = `GET ${file.url} HTTP/1.1\r\n${from(guest)}\r\n`;
  for (let n = 0; n < 60; n++) await send(context, head);
  await until(async () => (await figure(server, 'chat_file_bytes')) === 4 * attachmentBytes, 'four files');
  for (let n = 0; n < 10; n++) {
    assert.ok((await figure(server, 'chat_file_bytes')) <= 4 * attachmentBytes);
    await delay(20);
  }
  for (const socket of context.sockets.splice(0)) socket.destroy();
  await until(async () => (await figure(server, 'chat_file_bytes')) === 0, 'nothing in memory');
  assert.is((await guest.ask(`GET ${file.url}`)).status, 200);
});

test('unfinished uploads of many guests hold the memory of four files, and others can upload', async (context) => {
  const { server } = context;
  const head = (id: string, guest: Person) =>
    `POST /api/chat-sessions/${id}/attachments HTTP/1.1\r\n${from(guest)}Content-Length: ${attachmentBytes}\r\n\r\n`;
  for (let n = 0; n < 8; n++) {
    const guest = server.guest();
    const { id } = await guest.begin();
    for (let upload = 0; upload < 5; upload++)
      (await send(context, head(id, guest))).write(png(attachmentBytes - 1_024));
  }
  await until(async () => (await figure(server, 'chat_file_bytes')) === 4 * attachmentBytes, 'four files');
  assert.ok((await figure(server, 'bodies_waiting')) >= 4);
  for (const socket of context.sockets.splice(0)) socket.destroy();
  await until(async () => (await figure(server, 'chat_file_bytes')) === 0, 'nothing in memory');
  const guest = server.guest();
  const { id } = await guest.begin();
  assert.is((await guest.ask(`POST /api/chat-sessions/${id}/attachments`, png(1_000))).status, 201);
});

test('one address stores at most 100 MB at once, however many guests it has', async () => {
  const server = await ChatServer.start();
  try {
    let stored = 0;
    for (let n = 0; n < 3; n++) {
      const guest = server.guest();
      const { id } = await guest.begin();
      for (let upload = 0; upload < 9; upload++) {
        const { status, body } = await guest.ask(
          `POST /api/chat-sessions/${id}/attachments`,
          png(attachmentBytes),
        );
        if (status === 201) stored += body.bytes;
        else assert.equal([status, body.code], [429, 'too_many_requests']);
      }
    }
    assert.is(stored, 20 * attachmentBytes);
  } finally {
    await server.close();
  }
});
