// A WebSocket that reconnects: with exponential backoff and jitter, at once when the network or the page returns, and not
// at all if the server says so. It detects a dead connection that was never closed.

import { toJson } from '../state/json.ts';

export type LinkState = 'connecting' | 'open' | 'waiting' | 'ended';

export interface SocketOptions {
  /** Called for the URL before each attempt. */
  readonly where: () => Promise<{ url: string; protocols: string[] }>;
  /** The socket is open: send the first frame now. */
  readonly onOpen: () => void;
  readonly onFrame: (frame: unknown) => void;
  readonly onState: (state: LinkState, why?: Ending) => void;
  /** Whether the next attempt may have new credentials, so that expired ones are not the end. */
  readonly mayRenew?: () => boolean;
}

/** Why the socket does not reconnect. */
export type Ending = 'signed out' | 'refused' | 'gone';

/** Backoff in milliseconds: the first and the longest pause. */
const shortest = 400;
const longest = 20_000;
/** Milliseconds of silence after which a ping is sent, and after which the connection counts as dead. */
const quiet = 25_000;
const patience = 5_000;
/** Milliseconds within which the server acknowledges a message; then a ping is sent. */
const answerTime = 3_000;
/** Milliseconds after which an open socket counts as stable and resets the backoff: one that always closes at once never does. */
const settled = 5_000;
/** Attempts with new credentials before the server's refusal counts. */
const maxRenewals = 3;
/** Time limit of a handshake in milliseconds. */
const handshake = 12_000;

export class ChatSocket {
  /** Attempts since the socket was last stable. */
  failures = 0;
  readonly #options: SocketOptions;
  readonly #leaving = new AbortController();
  #socket: WebSocket | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #unanswered: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(options: SocketOptions) {
    this.#options = options;
    const { signal } = this.#leaving;
    addEventListener('online', this.#wake, { signal });
    addEventListener('offline', this.#lost, { signal });
    addEventListener('pageshow', this.#wake, { signal });
    document.addEventListener('visibilitychange', this.#wake, { signal });
    void this.#open();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** @returns whether the socket was open; the protocol's acknowledgement tells whether the frame arrived */
  send(frame: object): boolean {
    if (!this.isOpen) return false;
    this.#socket!.send(toJson(frame));
    // No wait for the next silence: a line that sleep or a NAT has cut takes messages and never answers.
    if ((frame as { type?: unknown }).type === 'send')
      this.#unanswered ??= setTimeout(() => this.#probe(), answerTime);
    return true;
  }

  /** Closes the socket for good. */
  close(): void {
    this.#ended = true;
    this.#leaving.abort();
    this.#stop();
  }

  async #open(): Promise<void> {
    clearTimeout(this.#retry);
    const attempt = ++this.#attempt;
    this.#stop();
    this.#options.onState('connecting');
    let where: { url: string; protocols: string[] };
    try {
      where = await this.#options.where();
    } catch {
      if (attempt === this.#attempt) this.#again();
      return;
    }
    if (attempt !== this.#attempt || this.#ended) return;
    const socket = new WebSocket(where.url, where.protocols);
    this.#socket = socket;
    this.#watch = setTimeout(() => this.#dropped(socket, 0), handshake);
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return;
      this.#settling = setTimeout(() => (this.failures = 0), settled);
      this.#listen();
      this.#options.onState('open');
      this.#options.onOpen();
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket !== this.#socket) return;
      this.#listen();
      const frame = read(data);
      if (frame) this.#options.onFrame(frame);
    });
    socket.addEventListener('close', ({ code }) => this.#dropped(socket, code));
  }

  #dropped(socket: WebSocket, code: number): void {
    if (socket !== this.#socket || this.#ended) return;
    this.#stop();
    const ending = endings[code];
    if (ending && !(ending === 'signed out' && this.failures < maxRenewals && this.#options.mayRenew?.())) {
      this.close();
      this.#options.onState('ended', ending);
      return;
    }
    // The server is shutting down and another takes over, or this client was too slow: reconnect soon.
    if (code >= 4001 && code <= 4003) this.failures = 0;
    this.#again();
  }

  #again(): void {
    if (this.#ended) return;
    // A stable connection that a proxy ends after some silence is back at once, and nobody needs to know.
    this.#options.onState(this.failures === 0 && navigator.onLine ? 'connecting' : 'waiting');
    const pause = Math.min(longest, shortest * 2 ** Math.min(this.failures, 8));
    this.failures += 1;
    clearTimeout(this.#retry);
    // Jitter: thousands of clients that were cut off together must not reconnect together.
    this.#retry = setTimeout(() => void this.#open(), pause * (0.5 + Math.random()));
  }

  /** Restarts the silence timers after a received frame. */
  #listen(): void {
    clearTimeout(this.#watch);
    this.#answered();
    this.#watch = setTimeout(() => this.#probe(), quiet);
  }

  #answered(): void {
    clearTimeout(this.#unanswered);
    this.#unanswered = undefined;
  }

  #probe(): void {
    const socket = this.#socket;
    if (!socket || !this.send({ type: 'ping' })) return;
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#dropped(socket, 0), patience);
  }

  readonly #wake = () => {
    if (this.#ended || document.visibilityState === 'hidden') return;
    if (this.isOpen) this.#probe();
    else if (this.#socket?.readyState !== WebSocket.CONNECTING) void this.#open();
  };

  readonly #lost = () => {
    const socket = this.#socket;
    if (socket) this.#dropped(socket, 0);
  };

  #stop(): void {
    clearTimeout(this.#watch);
    clearTimeout(this.#retry);
    clearTimeout(this.#settling);
    this.#answered();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

/** Close codes of the protocol after which reconnecting is pointless. */
const endings: Readonly<Record<number, Ending>> = {
  4401: 'signed out',
  4403: 'refused',
  4404: 'gone',
};

function read(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
