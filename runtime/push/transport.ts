// One POST to a push service: to the address that was checked and no other, over keep-alive connections, without following
// redirects, with bounded reading and a deadline.
import { Agent, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, type PushNetwork, requireAddress } from './endpoint-guard.ts';

export interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Milliseconds for the DNS lookup, and then for one message from its connection to the end of the answer. */
const defaultDeadline = 15_000;
/** How many deadlines a message may wait for a free connection. */
const maxQueueDeadlines = 4;
/** Bytes of an answer that are read; the rest is dropped. */
const maxResponseBytes = 16_384;
/** Milliseconds for which a resolved address is used. */
const addressTtl = 60_000;
const idleTimeout = 30_000;

/** Keep-alive connections to one address of a push service. */
interface AddressAgent {
  readonly agent: Agent;
  readonly until: number;
}

export class Transport {
  readonly #network: PushNetwork;
  readonly #sockets: number;
  readonly #agents = new Map<string, Promise<AddressAgent>>();
  /** Deadline of one message, in milliseconds. */
  readonly deadline: number;

  /**
   * @param options.sockets maximum of connections to one push service
   * @param options.within deadline of one message in milliseconds
   */
  constructor(
    network: PushNetwork,
    { sockets, within = defaultDeadline }: { sockets: number; within?: number },
  ) {
    this.#network = network;
    this.#sockets = sockets;
    this.deadline = within;
  }

  /**
   * Sends one message, without retries.
   * @throws CoutureError `endpoint_refused`; a network error; an Error with `lateMessage` after the deadline
   */
  async post(endpoint: Endpoint, headers: Record<string, string>, body: Buffer): Promise<Reply> {
    const { agent } = await this.#agentFor(endpoint);
    return new Promise<Reply>((resolve, reject) => {
      const sent = request(endpoint.url, {
        method: 'POST',
        agent,
        headers: { ...headers, 'Content-Length': body.length },
        maxHeaderSize: maxResponseBytes,
      });
      // Waiting for a free connection gets a longer deadline: the push service has not been asked yet.
      let timer = setTimeout(() => sent.destroy(late()), this.deadline * maxQueueDeadlines);
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
          if (read <= maxResponseBytes) return;
          // The status is known; the rest of the body is not needed.
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
    for (const opening of this.#agents.values()) opening.then(({ agent }) => agent.destroy()).catch(() => {});
    this.#agents.clear();
  }

  /** The agent for the endpoint's origin; all its connections go to one address that was resolved and checked once. */
  async #agentFor(endpoint: Endpoint): Promise<AddressAgent> {
    const { origin } = endpoint.url;
    const known = this.#agents.get(origin);
    if (known) {
      const current = await known;
      if (current.until > performance.now()) return current;
      // Busy connections of the old agent finish by themselves.
      if (this.#agents.get(origin) === known) this.#agents.delete(origin);
      return this.#agentFor(endpoint);
    }
    const opening = this.#open(endpoint);
    this.#agents.set(origin, opening);
    opening.catch(() => this.#agents.delete(origin));
    return opening;
  }

  async #open(endpoint: Endpoint): Promise<AddressAgent> {
    // The system's resolver has no deadline.
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
      timeout: idleTimeout,
      scheduling: 'lifo',
      lookup,
      ...(this.#network.ca === undefined ? {} : { ca: this.#network.ca }),
    });
    return { agent, until: performance.now() + addressTtl };
  }
}

/** Message of the error with which an attempt ends that missed its deadline. */
export const lateMessage = 'no answer in time';

function late(): Error {
  return new Error(lateMessage);
}
