// One address that attacks a server in many ways at once, and shoppers of other addresses who are measured meanwhile.
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The attacker's address; shoppers come from 127.0.1.x. */
const attackerAddress = '127.0.0.3';

export interface Answered {
  /** 0 if the connection failed. */
  readonly status: number;
  readonly milliseconds: number;
  /** The body of an error, which says why. */
  readonly problem?: string;
}

interface Request {
  readonly from: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
}

/** Sends a request over a connection of its own from this loopback address. */
export function askFrom(origin: string, { from, path, method = 'GET', body }: Request): Promise<Answered> {
  const { hostname, port } = new URL(origin);
  const since = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, problem = '') =>
      resolve({ status, milliseconds: performance.now() - since, ...(problem && { problem }) });
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const options = { hostname, port, path, method, localAddress: from, agent: false as const, headers };
    const request = http.request(options, (response) => {
      let problem = '';
      if (response.statusCode! < 500) response.resume();
      else response.setEncoding('utf8').on('data', (text) => (problem += text));
      response.on('end', () => end(response.statusCode!, problem));
      response.on('error', () => end(0));
    });
    request.on('error', () => end(0));
    request.end(body);
  });
}

const dearWords = encodeURIComponent('dress coat bag shoes with of in made the an soft line');
const head = (request: string, more: string) => `${request} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n\r\n`;
const anyEvents = JSON.stringify({
  events: Array.from({ length: 50 }, () => ({
    type: 'click',
    kind: 'similar',
    product_id: 999_999,
    place: 1,
  })),
});

/** Connections that hold something: what they send, and whether they read the responses. */
const holding: ReadonlyArray<readonly [text: string, reads: boolean]> = [
  [`${head('POST /api/chat-sessions', 'Content-Type: application/json\r\nContent-Length: 16000')}{`, true],
  [
    `${head('POST /api/events', 'Content-Type: application/json\r\nTransfer-Encoding: chunked')}1\r\n{\r\n`,
    true,
  ],
  [head('GET /embed/couture-widgets.js', 'Accept: */*').repeat(8), false],
  [head('GET /sitemap-1.xml', 'Accept: */*').repeat(8), false],
  ['GET / HTTP/1.1\r\nHost: ', true],
];

/** Requests as fast as the server answers. */
const floods: ReadonlyArray<(n: number) => Omit<Request, 'from'>> = [
  (n) => ({ path: `/api/products?q=${dearWords}&z=${n}` }),
  (n) => ({ path: `/api/products?in_stock=1&on_sale=1&min_price=${n % 50}&limit=48` }),
  () => ({ path: '/readyz' }),
  () => ({ path: '/sitemap-1.xml' }),
  (n) => ({ path: `/api/recommendations/similar/${n}?limit=50&z=${'a'.repeat(4_000)}${n}` }),
  (n) => ({ path: `/API/SESSION?${n}`, method: 'POST', body: '{"token":"x"}' }),
  () => ({ path: '/api/events', method: 'POST', body: anyEvents }),
  (n) => ({ path: `/product/${n}` }),
  () => ({ path: '/metrics' }),
];

/** Attacks until the signal aborts. @returns how often each status was received */
export async function attack(origin: string, signal: AbortSignal): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  setMaxListeners(0, signal);
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(origin);
  const hold = async ([text, reads]: (typeof holding)[number]) => {
    while (!signal.aborted) {
      const socket = net.connect({ host: hostname, port: Number(port), localAddress: attackerAddress });
      sockets.add(socket.on('error', () => {}));
      if (reads) socket.resume();
      socket.write(text);
      await new Promise<void>((resolve) => {
        socket.once('close', resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      sockets.delete(socket);
      await delay(50);
    }
  };
  const flood = async (next: (typeof floods)[number]) => {
    for (let n = 0; !signal.aborted; n++) {
      const { status } = await askFrom(origin, { ...next(n), from: attackerAddress });
      tally[status] = (tally[status] ?? 0) + 1;
      // A refused request costs the attacker a new connection, and this process half of the machine.
      if (status === 429 || status === 0) await delay(100);
    }
  };
  await Promise.all([
    ...holding.flatMap((each) => Array.from({ length: 40 }, () => hold(each))),
    ...floods.flatMap((each) => Array.from({ length: 3 }, () => flood(each))),
  ]).finally(() => {
    for (const socket of sockets) socket.destroy();
  });
  return tally;
}

const visits: ReadonlyArray<(n: number) => string> = [
  (n) => `/product/${(n % 400) + 1}`,
  (n) => `/api/recommendations/similar/${(n % 400) + 1}`,
  (n) => `/api/recommendations/bought-together/${(n % 400) + 1}`,
  () => '/api/recommendations/trending',
  (n) => `/api/products?q=${['dress', 'wool', 'bag', 'red', 'coat'][n % 5]}&limit=12`,
];

/** Shoppers of as many addresses, each with a request per second, until the signal aborts. */
export async function shop(origin: string, shoppers: number, signal: AbortSignal): Promise<Answered[]> {
  const answers: Answered[] = [];
  await Promise.all(
    Array.from({ length: shoppers }, async (_, shopper) => {
      await delay((1_000 * shopper) / shoppers);
      for (let n = shopper; !signal.aborted; n += 7) {
        const path = visits[n % visits.length]!(n);
        const answer = await askFrom(origin, { from: `127.0.1.${shopper + 1}`, path });
        answers.push(answer);
        await delay(Math.max(0, 1_000 - answer.milliseconds));
      }
    }),
  );
  return answers;
}

/** Milliseconds within which this share of the answers came. */
export function quantile(answers: readonly Answered[], share: number): number {
  const sorted = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
}
