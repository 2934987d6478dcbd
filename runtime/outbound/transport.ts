// One POST to a URL that somebody else chose, such as a push service: to the address that was checked and no other, over
// kept connections, without following redirects, with bounded reading and a deadline. Where wanted, the TLS handshake (ALPN)
// decides between one HTTP/2 session and a pool of HTTP/1.1 connections.
import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { within } from './deadline.ts';
import { postOverHttp1 } from './http1-post.ts';
import { Http2Connection, NotSent } from './http2-connection.ts';
import type { PinnedAddress } from './public-address.ts';
import type { Reply } from './reply.ts';
import { lookupOf, OpenedAgent, tlsSocket } from './tls-socket.ts';

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

export interface TransportOptions {
  /** Maximum of connections to one origin, and with it of messages in flight, over HTTP/2, too. */
  readonly sockets: number;
  /** Deadline of one message in milliseconds. */
  readonly within?: number;
  /** Whether to speak HTTP/2 with servers that do. */
  readonly http2?: boolean;
  /** Milliseconds for which an unused connection is kept. */
  readonly idle?: number;
  /** Milliseconds for which a resolved address is used, and HTTP/1.1 with a server that does not want HTTP/2 after all. */
  readonly addressTtl?: number;
}

/** Milliseconds for the DNS lookup, and then for one message from its connection to the end of the answer. */
const defaultDeadline = 15_000;
const defaultAddressTtl = 60_000;
const idleTimeout = 30_000;
/** How often a message is sent again that was certainly not processed. */
const maxResends = 4;

/** How an origin is reached; all connections go to one address that was resolved and checked once. */
interface Route {
  readonly address: PinnedAddress;
  readonly until: number;
  agent?: HttpAgent;
  readonly http2?: Http2Connection;
}

export class Transport<D extends Destination> {
  readonly #network: Network<D>;
  readonly #options: TransportOptions;
  readonly #routes = new Map<string, Promise<Route>>();
  /** Deadline of one message, in milliseconds. */
  readonly deadline: number;

  constructor(network: Network<D>, options: TransportOptions) {
    this.#network = network;
    this.#options = options;
    this.deadline = options.within ?? defaultDeadline;
  }

  /**
   * Sends one message, and again only if it was certainly not processed.
   * @throws the error of `addressOf`; a network error; an Error with `lateMessage` after the deadline
   */
  async post(destination: D, headers: Record<string, string>, body: Buffer): Promise<Reply> {
    const { url } = destination;
    const post = { url, headers, body, deadline: this.deadline };
    for (let resends = 0; ; resends++) {
      const route = await this.#routeFor(destination);
      const { agent, http2 } = route;
      if (agent) return postOverHttp1(agent, post);
      try {
        return await http2!.post(post);
      } catch (error) {
        if (!(error instanceof NotSent) || resends >= maxResends) throw error;
        if (!error.wantsHttp1) continue;
        route.agent ??= this.#agentTo(url, route.address);
        http2?.close();
      }
    }
  }

  close(): void {
    for (const opening of this.#routes.values())
      opening
        .then(({ agent, http2 }) => {
          agent?.destroy();
          http2?.destroy();
        })
        .catch(() => {});
    this.#routes.clear();
  }

  async #routeFor(destination: D): Promise<Route> {
    const { url, isOwn } = destination;
    // What one may reach is not open to another at the same origin.
    const key = `${url.origin} ${isOwn}`;
    const known = this.#routes.get(key);
    if (!known) return this.#keep(key, this.#open(destination));
    const current = await known;
    const isOpen = current.agent !== undefined || current.http2?.isOpen === true;
    if (isOpen && current.until > performance.now()) return current;
    // Somebody else may have replaced it meanwhile.
    if (this.#routes.get(key) !== known) return this.#routeFor(destination);
    return this.#keep(key, this.#open(destination, current));
  }

  #keep(key: string, opening: Promise<Route>): Promise<Route> {
    this.#routes.set(key, opening);
    opening.catch(() => {
      if (this.#routes.get(key) === opening) this.#routes.delete(key);
    });
    return opening;
  }

  /** Connections of the `old` route to another address take no more messages; those in flight end by themselves. */
  async #open(destination: D, old?: Route): Promise<Route> {
    let kept = false;
    try {
      // The system's resolver has no deadline.
      const address = await within(this.deadline, this.#network.addressOf(destination));
      const until = performance.now() + (this.#options.addressTtl ?? defaultAddressTtl);
      kept = !old?.agent && old?.http2?.isOpen === true && old.address.address === address.address;
      return kept ? { ...old!, until } : { address, until, ...(await this.#connect(destination, address)) };
    } finally {
      if (!kept) old?.http2?.close();
    }
  }

  async #connect(destination: D, address: PinnedAddress): Promise<Pick<Route, 'agent' | 'http2'>> {
    const { url } = destination;
    const { sockets, http2 = false, idle = idleTimeout } = this.#options;
    if (!http2 || url.protocol !== 'https:') return { agent: this.#agentTo(url, address) };
    const { deadline } = this;
    const socket = await tlsSocket(url, { address, ca: this.#network.ca, deadline });
    if (socket.alpnProtocol !== 'h2') return { agent: this.#agentTo(url, address, socket) };
    try {
      return { http2: await Http2Connection.open(socket, url.origin, { streams: sockets, deadline, idle }) };
    } catch {
      // It failed before a message was sent, so HTTP/1.1 can't send one twice.
      return { agent: this.#agentTo(url, address) };
    }
  }

  #agentTo(url: URL, address: PinnedAddress, opened?: TLSSocket): HttpAgent {
    const { sockets, idle = idleTimeout } = this.#options;
    const { ca } = this.#network;
    const options: AgentOptions = {
      keepAlive: true,
      maxSockets: sockets,
      maxFreeSockets: sockets,
      timeout: idle,
      scheduling: 'lifo',
      lookup: lookupOf(address),
    };
    return url.protocol === 'https:'
      ? new OpenedAgent({ ...options, ...(ca === undefined ? {} : { ca }) }, opened)
      : new HttpAgent(options);
  }
}
