// One POST to a URL that somebody else chose, such as a push service: to the address that was checked and no other, over
// keep-alive connections, without following redirects, with bounded reading and a deadline.
import { type AgentOptions, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { PinnedAddress } from './public-address.ts';

/** A URL that has been checked. */
export interface Destination {
  readonly url: URL;
  /** Whether the operator allows it more than others, such as a private address. */
  readonly isOwn: boolean;
}

export interface Network<D extends Destination> {
  /** Checks where a destination leads. */
  readonly addressOf: (destination: D) => Promise<PinnedAddress>;
  /** Trusted certificates in PEM, in place of the built-in ones. */
  readonly ca?: string | undefined;
}

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

/** Keep-alive connections to one address. */
interface AddressAgent {
  readonly agent: HttpAgent;
  readonly until: number;
}

export class Transport<D extends Destination> {
  readonly #network: Network<D>;
  readonly #sockets: number;
  readonly #agents = new Map<string, Promise<AddressAgent>>();
  /** Deadline of one message, in milliseconds. */
  readonly deadline: number;

  /**
   * @param options.sockets maximum of connections to one origin
   * @param options.within deadline of one message in milliseconds
   */
  constructor(
    network: Network<D>,
    { sockets, within = defaultDeadline }: { sockets: number; within?: number },
  ) {
    this.#network = network;
    this.#sockets = sockets;
    this.deadline = within;
  }

  /**
   * Sends one message, without retries.
   * @throws the error of `addressOf`; a network error; an Error with `lateMessage` after the deadline
   */
  async post(destination: D, headers: Record<string, string>, body: Buffer): Promise<Reply> {
    const { agent } = await this.#agentFor(destination);
    const { url } = destination;
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise<Reply>((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        agent,
        headers: { ...headers, 'Content-Length': body.length },
        maxHeaderSize: maxResponseBytes,
      });
      // Waiting for a free connection gets a longer deadline: the other side has not been asked yet.
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

  /** The agent for the destination's origin; all its connections go to one address that was resolved and checked once. */
  async #agentFor(destination: D): Promise<AddressAgent> {
    const { url, isOwn } = destination;
    // What one may reach is not open to another at the same origin.
    const key = `${url.origin} ${isOwn}`;
    const known = this.#agents.get(key);
    if (known) {
      const current = await known;
      if (current.until > performance.now()) return current;
      // Busy connections of the old agent finish by themselves.
      if (this.#agents.get(key) === known) this.#agents.delete(key);
      return this.#agentFor(destination);
    }
    const opening = this.#open(destination);
    this.#agents.set(key, opening);
    opening.catch(() => this.#agents.delete(key));
    return opening;
  }

  async #open(destination: D): Promise<AddressAgent> {
    // The system's resolver has no deadline.
    const stop = new AbortController();
    const tooLate = delay(this.deadline, undefined, { signal: stop.signal }).then(() => {
      throw late();
    });
    tooLate.catch(() => {});
    const found = Promise.race([this.#network.addressOf(destination), tooLate]);
    const { address, family } = await found.finally(() => stop.abort());
    const lookup: LookupFunction = (_, options, callback) =>
      options.all ? callback(null, [{ address, family }]) : callback(null, address, family);
    const { ca } = this.#network;
    const options: AgentOptions = {
      keepAlive: true,
      maxSockets: this.#sockets,
      maxFreeSockets: this.#sockets,
      timeout: idleTimeout,
      scheduling: 'lifo',
      lookup,
    };
    const agent =
      destination.url.protocol === 'https:'
        ? new HttpsAgent({ ...options, ...(ca === undefined ? {} : { ca }) })
        : new HttpAgent(options);
    return { agent, until: performance.now() + addressTtl };
  }
}

/** Message of the error with which an attempt ends that missed its deadline. */
export const lateMessage = 'no answer in time';

function late(): Error {
  return new Error(lateMessage);
}
