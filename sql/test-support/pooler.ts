// A pooler in front of the test server, as PgBouncer behaves: it gives clients a process id of its own making, and lends them
// the sessions of all clients for one transaction each, or for as long as they are connected.
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** `recent` lends the session that was used last, `oldest` the one that has waited longest. */
export type PoolerMode = 'session' | 'recent' | 'oldest';

interface Session {
  readonly socket: Socket;
  /** Who receives what the server sends. */
  client: Client | undefined;
  rest: Buffer;
}

interface Client {
  readonly socket: Socket;
  session: Session | undefined;
  /** Messages that wait for a session. */
  waiting: Buffer[];
}

const readyForQuery = 'Z'.charCodeAt(0);
const backendKey = 'K'.charCodeAt(0);
const terminate = 'X'.charCodeAt(0);
const idle = 'I'.charCodeAt(0);

/** Starts a pooler on a free port of the loopback address. */
export async function startPooler(url: string, mode: PoolerMode) {
  const target = new URL(url);
  const free: Session[] = [];
  const clients = new Set<Client>();
  const sockets = new Set<Socket>();
  let maxClients = Number.POSITIVE_INFINITY;
  const server = net.createServer((socket) => {
    if (clients.size >= maxClients) {
      socket.destroy();
      return;
    }
    const client: Client = { socket, session: undefined, waiting: [] };
    clients.add(client);
    keep(socket);
    // Each client brings a session: the start-up and the login are forwarded.
    client.session = openSession(client);
    socket.on('data', (data) => {
      if (data[0] === terminate) return;
      client.waiting.push(data);
      serve(client);
    });
    socket.on('close', () => {
      clients.delete(client);
      if (client.session) client.session.socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = new URL(url);
  at.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: at.toString(),
    /** Refuses clients beyond this number. */
    limit(most: number) {
      maxClients = most;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {});
  }

  function openSession(client: Client): Session {
    const socket = net.connect(Number(target.port), target.hostname);
    const session: Session = { socket, client, rest: Buffer.alloc(0) };
    keep(socket);
    socket.on('data', (data) => receive(session, data));
    return session;
  }

  function serve(client: Client): void {
    if (client.waiting.length === 0) return;
    if (!client.session) {
      client.session = mode === 'oldest' ? free.shift() : free.pop();
      if (!client.session) return;
      client.session.client = client;
    }
    for (const data of client.waiting.splice(0)) client.session.socket.write(data);
  }

  /** Forwards whole messages, so that the end of a transaction is noticed. */
  function receive(session: Session, data: Buffer): void {
    session.rest = Buffer.concat([session.rest, data]);
    while (session.rest.length >= 5) {
      const length = 1 + session.rest.readInt32BE(1);
      if (session.rest.length < length) return;
      const message = Buffer.from(session.rest.subarray(0, length));
      session.rest = session.rest.subarray(length);
      const { client } = session;
      if (message[0] === backendKey) message.writeInt32BE(0x7000_0000, 5);
      client?.socket.write(message);
      if (message[0] !== readyForQuery || message[5] !== idle || mode === 'session' || !client) continue;
      client.session = undefined;
      session.client = undefined;
      free.push(session);
      for (const each of clients) if (!each.session) serve(each);
    }
  }
}
