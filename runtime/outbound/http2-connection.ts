// One HTTP/2 session with one origin: at most as many streams as both sides want, further messages wait in order. It ends on
// GOAWAY, when it was idle, when pings are not answered, or when the socket closes. Messages that the peer cannot have
// processed end with `NotSent`, so that they can be sent again elsewhere; of all others, only their error is known.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { afterDeadline, late, within } from './deadline.ts';
import type { Post } from './http1-post.ts';
import { maxQueueDeadlines, maxResponseBytes, type Reply } from './reply.ts';

export interface Http2Options {
  /** Maximum of messages in flight; fewer if the peer's SETTINGS_MAX_CONCURRENT_STREAMS says so. */
  readonly streams: number;
  /** Milliseconds for the peer's settings, which are awaited before the first message is sent. */
  readonly deadline: number;
  /** Milliseconds without a message in flight after which it closes. */
  readonly idle: number;
}

/** The message has not been processed by the peer, whatever it says or does later (RFC 9113, 8.7). */
export class NotSent extends Error {
  /** Whether the peer wants this message over HTTP/1.1. */
  readonly wantsHttp1: boolean;

  constructor(why: string, wantsHttp1 = false) {
    super(`the message was not sent: ${why}`);
    this.wantsHttp1 = wantsHttp1;
  }
}

interface Waiting {
  readonly start: () => void;
  readonly fail: (error: Error) => void;
}

const { NGHTTP2_CANCEL, NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_REFUSED_STREAM } = constants;
/** Type of a HEADERS frame, the first one of a request. */
const headersFrame = 1;
/** Errors of a request that never became a stream. */
const unopened = new Set([
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
  'ERR_HTTP2_OUT_OF_STREAMS',
]);
/** Upper bound of the milliseconds between two pings, and of the wait for the answer to one. */
const maxPingInterval = 5_000;

export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #options: Http2Options;
  readonly #waiting = new Set<Waiting>();
  #limit = 0;
  #inFlight = 0;
  #ended = false;
  /** The highest stream that the peer may have processed, once it said so. */
  #lastStream = Number.POSITIVE_INFINITY;
  #wantsHttp1 = false;
  #heardAt = performance.now();
  #idleTimer: NodeJS.Timeout | undefined;
  #pingTimer: NodeJS.Timeout | undefined;

  /** @throws an error of the session, or of `late`, when the peer sends no settings; nothing has been sent then */
  static async open(socket: TLSSocket, origin: string, options: Http2Options): Promise<Http2Connection> {
    const session = connect(origin, {
      createConnection: () => socket,
      settings: { enablePush: false, maxHeaderListSize: maxResponseBytes },
    });
    const connection = new Http2Connection(session, options);
    const settled = new Promise<void>((resolve, reject) => {
      session.once('remoteSettings', () => resolve());
      session.once('error', reject);
      session.once('close', () => reject(new Error('the session closed before it was open')));
    });
    await within(options.deadline, settled, () => session.destroy());
    if (connection.#inFlight === 0) connection.#rest();
    return connection;
  }

  private constructor(session: ClientHttp2Session, options: Http2Options) {
    this.#session = session;
    this.#options = options;
    // The streams of a failed session report its error.
    session.on('error', () => {});
    session.on('close', () => this.#end('the session closed'));
    session.on('goaway', (code, lastStream) => {
      this.#lastStream = Math.min(this.#lastStream, lastStream);
      this.#wantsHttp1 ||= code === NGHTTP2_HTTP_1_1_REQUIRED;
      this.#end('the peer closes the session');
    });
    session.on('remoteSettings', ({ maxConcurrentStreams = Number.POSITIVE_INFINITY }) => {
      this.#limit = Math.min(options.streams, maxConcurrentStreams);
      this.#startWaiting();
    });
  }

  /** Whether it takes messages. */
  get isOpen(): boolean {
    return !this.#ended;
  }

  /** @throws NotSent; a network error; the error of `late` after the deadline */
  post(post: Post): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      if (this.#ended) return reject(new NotSent('the session ended', this.#wantsHttp1));
      const start = () => this.#send(post, resolve, reject);
      if (this.#inFlight < this.#limit && this.#waiting.size === 0) return start();
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(late());
      }, post.deadline * maxQueueDeadlines);
      const waiting: Waiting = {
        start: () => {
          clearTimeout(timer);
          start();
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  /** Takes no more messages; those in flight end by themselves, within their deadline. */
  close(): void {
    this.#end('the session is not used any more');
    if (!this.#session.destroyed) this.#session.close();
  }

  /** Ends messages in flight, too. */
  destroy(): void {
    this.#end('the session was closed');
    this.#session.destroy();
  }

  #send(
    { url, headers, body, deadline }: Post,
    resolve: (reply: Reply) => void,
    reject: (error: Error) => void,
  ) {
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request({
        ':method': 'POST',
        ':scheme': 'https',
        ':authority': url.host,
        ':path': url.pathname + url.search,
        ...headers,
        'content-length': body.length,
      });
    } catch (error) {
      if (!unopened.has((error as NodeJS.ErrnoException).code ?? '')) return reject(error as Error);
      this.#end('the session takes no more streams');
      return reject(new NotSent('the session takes no more streams'));
    }
    this.#opened();
    let reply: Reply | undefined;
    let failure: Error | undefined;
    let [read, unsent] = [0, false];
    const stopWaiting = afterDeadline(deadline, () => {
      if (reply) resolve(reply);
      else reject(late());
      cancel(stream);
    });
    stream.on('response', (got) => {
      const retryAfter = got['retry-after'];
      reply = {
        status: got[':status'] ?? 0,
        retryAfter: retryAfter === undefined ? retryAfter : `${retryAfter}`,
      };
    });
    stream.on('data', (chunk: Buffer) => {
      read += chunk.length;
      // The status is known; the rest of the body is not needed.
      if (read > maxResponseBytes) cancel(stream);
    });
    // After a GOAWAY, requests may still wait for the socket; they end with an internal error (nodejs/node#55888).
    stream.on('frameError', (type) => (unsent ||= type === headersFrame));
    stream.on('error', (error) => (failure = error));
    stream.on('end', () => reply && resolve(reply));
    stream.on('close', () => {
      stopWaiting();
      if (reply) resolve(reply);
      else reject(this.#errorOf(stream, unsent, failure));
      this.#closed();
    });
    stream.end(body);
  }

  #errorOf({ id, rstCode }: ClientHttp2Stream, unsent: boolean, failure: Error | undefined): Error {
    const wantsHttp1 = this.#wantsHttp1 || rstCode === NGHTTP2_HTTP_1_1_REQUIRED;
    if (unsent || id === undefined || id > this.#lastStream)
      return new NotSent('the session ended first', wantsHttp1);
    if (rstCode === NGHTTP2_REFUSED_STREAM || rstCode === NGHTTP2_HTTP_1_1_REQUIRED)
      return new NotSent('the peer refused the stream', wantsHttp1);
    return failure ?? new Error(`the stream was closed with code ${rstCode}`);
  }

  #startWaiting(): void {
    for (const waiting of this.#waiting) {
      if (this.#inFlight >= this.#limit) return;
      this.#waiting.delete(waiting);
      waiting.start();
    }
  }

  /** A stream opened. */
  #opened(): void {
    this.#inFlight += 1;
    if (this.#pingTimer) return;
    clearTimeout(this.#idleTimer);
    this.#session.ref();
    this.#heardAt = performance.now();
    const interval = Math.min(maxPingInterval, this.#options.deadline / 4);
    this.#pingTimer = setInterval(() => this.#ping(interval), interval);
  }

  /** A stream closed. */
  #closed(): void {
    this.#inFlight -= 1;
    this.#heardAt = performance.now();
    this.#startWaiting();
    if (this.#inFlight === 0) this.#rest();
  }

  /** No stream is open. As with the connections of an agent, an idle session doesn't keep the process running. */
  #rest(): void {
    clearInterval(this.#pingTimer);
    this.#pingTimer = undefined;
    if (this.#ended) return;
    this.#session.unref();
    this.#idleTimer = setTimeout(() => this.close(), this.#options.idle).unref();
  }

  /** When nothing was heard for an interval: is anybody there? A dead peer would otherwise cost each message its deadline. */
  #ping(interval: number): void {
    if (performance.now() - this.#heardAt < interval || this.#session.destroyed) return;
    const stopWaiting = afterDeadline(interval, () => {
      this.#end('the peer does not answer');
      this.#session.destroy(late());
    });
    const sent = this.#session.ping((error) => {
      stopWaiting();
      if (!error) this.#heardAt = performance.now();
    });
    if (!sent) stopWaiting();
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#idleTimer);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { fail } of waiting) fail(new NotSent(why, this.#wantsHttp1));
  }
}

function cancel(stream: ClientHttp2Stream): void {
  stream.close(NGHTTP2_CANCEL);
  stream.destroy();
}
