// A TCP load balancer in front of several processes: distributes connections in turn, without sticky sessions and without
// reading the traffic. A process that isn't ready gets no new connections.
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A process behind the balancer. */
export interface Backend {
  /** Its origin. */
  readonly url: string;
}

interface Place {
  readonly backend: Backend;
  ready: boolean;
  dealt: number;
}

/** Interval between two requests to /readyz, in ms. */
const pollInterval = 50;

export class Balancer {
  readonly #places: readonly Place[];
  readonly #server = net.createServer({ pauseOnConnect: true }, (socket) => this.#deal(socket));
  readonly #open = new Set<Socket>();
  readonly #stop = new AbortController();
  #looking: Promise<void> | undefined;
  #turn = 0;

  private constructor(backends: readonly Backend[]) {
    this.#places = backends.map((backend) => ({ backend, ready: false, dealt: 0 }));
  }

  /** Starts listening, after one check of each process. */
  static async start(backends: readonly Backend[]): Promise<Balancer> {
    const balancer = new Balancer(backends);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    await balancer.look();
    balancer.#looking = balancer.#lookAgain();
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Number of connections that each process has got so far. */
  get dealt(): number[] {
    return this.#places.map((place) => place.dealt);
  }

  /** The processes that get new connections now. */
  get ready(): boolean[] {
    return this.#places.map((place) => place.ready);
  }

  async look(): Promise<void> {
    await Promise.all(
      this.#places.map(async (place) => {
        place.ready = (await statusOf(`${place.backend.url}/readyz`)) === 200;
      }),
    );
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await this.#looking;
  }

  async #lookAgain(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await delay(pollInterval, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.look();
    }
  }

  /** Connects to the next ready process, or to the one after it if that refuses; nothing has been read from the client yet. */
  async #deal(socket: Socket): Promise<void> {
    this.#keep(socket);
    for (let tries = 0; tries < this.#places.length; tries++) {
      const place = this.#places[this.#turn++ % this.#places.length]!;
      if (!place.ready) continue;
      place.dealt += 1;
      const upstream = await connected(place.backend.url);
      if (!upstream) {
        place.dealt -= 1;
        continue;
      }
      this.#keep(upstream);
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
      return;
    }
    socket.destroy();
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => {}).on('close', () => this.#open.delete(socket));
  }
}

function connected(url: string): Promise<Socket | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname);
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(undefined));
  });
}

/** Returns undefined if there is no answer. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read single fields of bodies
  readonly body: any;
}

/**
 * Sends one request; rejects if the connection is cut.
 * @param agent without one, each request opens a new connection, which the balancer distributes again
 */
export function ask(
  origin: string,
  request: string,
  headers: http.OutgoingHttpHeaders = {},
  body?: unknown,
  agent: http.Agent | false = false,
): Promise<Reply> {
  const [method, path] = request.split(' ') as [string, string];
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = http.request(origin + path, { method, agent, headers: { ...json, ...headers } });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('error', reject).on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text,
          get body() {
            return text === '' ? undefined : JSON.parse(text);
          },
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
