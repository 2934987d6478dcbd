// One POST to a push service: to the address that was looked at and no other, over connections that stay open, without
// following anybody, reading little, and with an end.
import { Agent, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, type PushNetwork, requireAddress } from './endpoint-guard.ts';

export interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Milliseconds for the look-up of an address, and then for one message from its connection to the end of the answer. */
const deadline = 15_000;
/** Deadlines that a message may wait for a connection. */
const mostWaits = 4;
/** Bytes of an answer that are read; the rest is not waited for. */
const mostRead = 16_384;
/** Milliseconds for which an address is taken as looked up. */
const addressHolds = 60_000;
const idle = 30_000;

interface Line {
  readonly agent: Agent;
  readonly until: number;
}

export class Transport {
  readonly #network: PushNetwork;
  readonly #sockets: number;
  readonly #lines = new Map<string, Promise<Line>>();
  /** Deadline of one message, in milliseconds. */
  readonly deadline: number;

  /** @param sockets connections to one push service */
  constructor(network: PushNetwork, { sockets, within = deadline }: { sockets: number; within?: number }) {
    this.#network = network;
    this.#sockets = sockets;
    this.deadline = within;
  }

  /**
   * Sends it once.
   * @throws CoutureError `endpoint_refused`; any error of the network, or one that says that it took too long
   */
  async post(endpoint: Endpoint, headers: Record<string, string>, body: Buffer): Promise<Reply> {
    const { agent } = await this.#line(endpoint);
    return new Promise<Reply>((resolve, reject) => {
      const sent = request(endpoint.url, {
        method: 'POST',
        agent,
        headers: { ...headers, 'Content-Length': body.length },
        maxHeaderSize: mostRead,
      });
      // Waiting for a connection that a slow message holds is not the push service's silence.
      let timer = setTimeout(() => sent.destroy(late()), this.deadline * mostWaits);
      sent.once('socket', () => {
        clearTimeout(timer);
        timer = setTimeout(() => sent.destroy(late()), this.deadline);
      });
      const done = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      sent.on('error', (error) => done(() => reject(error)));
      sent.on('response', (response) => {
        const retryAfter = response.headers['retry-after'];
        const reply = { status: response.statusCode ?? 0, retryAfter };
        let read = 0;
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read <= mostRead) return;
          // The status is known; what else it says is not worth the memory.
          done(() => resolve(reply));
          sent.destroy();
        });
        response.on('end', () => done(() => resolve(reply)));
        response.on('error', () => done(() => resolve(reply)));
      });
      sent.end(body);
    });
  }

  close(): void {
    for (const line of this.#lines.values()) line.then(({ agent }) => agent.destroy()).catch(() => {});
    this.#lines.clear();
  }

  /** Connections to the endpoint's origin, all to one address that was looked up once. */
  async #line(endpoint: Endpoint): Promise<Line> {
    const { origin } = endpoint.url;
    const known = this.#lines.get(origin);
    if (known) {
      const line = await known;
      if (line.until > performance.now()) return line;
      // Those that are busy end by themselves.
      if (this.#lines.get(origin) === known) this.#lines.delete(origin);
      return this.#line(endpoint);
    }
    const opening = this.#open(endpoint);
    this.#lines.set(origin, opening);
    opening.catch(() => this.#lines.delete(origin));
    return opening;
  }

  async #open(endpoint: Endpoint): Promise<Line> {
    // The system's resolver has no deadline of its own.
    const stop = new AbortController();
    const tooLate = delay(this.deadline, undefined, { signal: stop.signal }).then(() => {
      throw late();
    });
    tooLate.catch(() => {});
    const found = Promise.race([requireAddress(endpoint, this.#network), tooLate]);
    const { address, family } = await found.finally(() => stop.abort());
    const lookup: LookupFunction = (_, options, callback) =>
      options.all ? callback(null, [{ address, family }]) : callback(null, address, family);
    const agent = new Agent({
      keepAlive: true,
      maxSockets: this.#sockets,
      maxFreeSockets: this.#sockets,
      timeout: idle,
      scheduling: 'lifo',
      lookup,
      ...(this.#network.ca === undefined ? {} : { ca: this.#network.ca }),
    });
    return { agent, until: performance.now() + addressHolds };
  }
}

/** What an attempt that took too long ends with. */
export const lateMessage = 'no answer in time';

function late(): Error {
  return new Error(lateMessage);
}
