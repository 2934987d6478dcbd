// The host of a shop that runs couture below /recs: passes that path through unchanged, as a reverse proxy that strips
// nothing, and serves the shop's own pages itself. Without own pages it passes everything.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

export interface ShopHost {
  readonly origin: string;
  /** Paths below /recs that were requested, and sockets that were opened. */
  readonly passed: string[];
  /** Where /recs leads: the runtime's URL. */
  upstream: string;
  close(): void;
}

/**
 * @param own answers the requests that are not below /recs
 * @param dropped headers, in lower case, that it drops in both directions
 */
export async function shopHost(
  own?: (asked: IncomingMessage, answer: ServerResponse) => void,
  dropped: readonly string[] = [],
): Promise<ShopHost> {
  const without = <H extends object>(headers: H): H =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.includes(name))) as H;
  const sockets = new Set<Socket>();
  const passed: string[] = [];
  const server = createServer((asked, answer) => {
    if (own && !/^\/recs(?:[/?]|$)/.test(asked.url!)) return own(asked, answer);
    passed.push(asked.url!);
    const { method = 'GET' } = asked;
    const headers = without(asked.headers);
    const passing = request(host.upstream + asked.url!, { method, headers }, (given) => {
      answer.writeHead(given.statusCode!, without(given.headers));
      given.pipe(answer);
    });
    passing.once('error', () => answer.destroy());
    asked.pipe(passing);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (asked, client, head) => {
    passed.push(asked.url!);
    const { hostname, port } = new URL(host.upstream);
    const through = net.connect(Number(port), hostname, () => {
      const lines = asked.rawHeaders.flatMap((name, at, all) =>
        at % 2 || dropped.includes(name.toLowerCase()) ? [] : `${name}: ${all[at + 1]}`,
      );
      through.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      through.write(head);
      through.pipe(client).pipe(through);
    });
    through.once('error', () => client.destroy());
    client.once('error', () => through.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host: ShopHost = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    upstream: '',
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return host;
}
