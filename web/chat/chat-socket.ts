// A socket that comes back: after a pause that grows and is never the same, at once when the network or the page
// returns, and not at all when the server says so. It notices a line that is dead without having been closed.

export type LinkState = 'connecting' | 'open' | 'waiting' | 'ended';

export interface SocketOptions {
  /** Where to, asked anew for each attempt. */
  readonly where: () => Promise<{ url: string; protocols: string[] }>;
  /** The socket stands: now is the time for the first frame. */
  readonly onOpen: () => void;
  readonly onFrame: (frame: unknown) => void;
  readonly onState: (state: LinkState, why?: Ending) => void;
}

/** Why it does not come back by itself. */
export type Ending = 'signed out' | 'refused' | 'gone';

/** Milliseconds of the first pause, and of the longest. */
const shortest = 400;
const longest = 20_000;
/** Milliseconds of silence after which it is asked whether anybody is there, and after which nobody is. */
const quiet = 25_000;
const patience = 8_000;
/** Milliseconds after which a socket that stands counts as good: one that is ended at once each time does not. */
const settled = 5_000;
/** Milliseconds for a handshake. */
const handshake = 12_000;

export class ChatSocket {
  /** Attempts since it last stood for a while. */
  failures = 0;
  readonly #options: SocketOptions;
  readonly #leaving = new AbortController();
  #socket: WebSocket | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
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

  /** @returns whether it was handed to an open socket; whether it arrives is told by the protocol */
  send(frame: object): boolean {
    if (!this.isOpen) return false;
    this.#socket!.send(JSON.stringify(frame));
    return true;
  }

  /** Ends it for good. */
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
    if (ending) {
      this.close();
      this.#options.onState('ended', ending);
      return;
    }
    // It stops, and another takes over, or it was too slow: nothing is wrong with coming back soon.
    if (code >= 4001 && code <= 4003) this.failures = 0;
    this.#again();
  }

  #again(): void {
    if (this.#ended) return;
    this.#options.onState('waiting');
    const pause = Math.min(longest, shortest * 2 ** Math.min(this.failures, 8));
    this.failures += 1;
    clearTimeout(this.#retry);
    // Thousands that were cut off together do not come back together.
    this.#retry = setTimeout(() => void this.#open(), pause * (0.5 + Math.random()));
  }

  /** Something was heard; when nothing more is, it is asked for. */
  #listen(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#probe(), quiet);
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
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

/** Close codes of the protocol after which it is no use to come back. */
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
