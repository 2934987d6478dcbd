// A chat client that follows the protocol: on each connection it reports the last message it has, it resends messages until
// they are acknowledged, and it reconnects. It records everything it received, for the checker.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { signToken } from '../../runtime/auth/sign-token.ts';
import type { WireMessage } from '../../runtime/contract/chat-message.ts';
import { type CloseReason, chatSubprotocol, closeCodes } from '../../runtime/contract/chat-protocol.ts';
import { secret } from './sample-server.ts';

export interface Seen {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
}

/** What a participant received of one chat. */
export class History {
  readonly sessionId: string;
  readonly seen: Seen[] = [];
  duplicates = 0;
  gaps = 0;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  get last(): number {
    return this.seen.at(-1)?.seq ?? 0;
  }

  take({ seq, client_message_id: id, kind }: WireMessage): void {
    if (seq <= this.last) this.duplicates += 1;
    else {
      if (seq !== this.last + 1) this.gaps += 1;
      this.seen.push({ seq, id, kind });
    }
  }
}

export interface ParticipantOptions {
  readonly sub: string;
  readonly role: 'customer' | 'staff';
  readonly sessionIds: readonly string[];
  /** Returns the current addresses of the processes. */
  readonly servers: () => readonly string[];
}

/** Resend a message that isn't acknowledged within this many ms. */
const patience = 2_000;

export class Participant {
  readonly options: ParticipantOptions;
  readonly histories: ReadonlyMap<string, History>;
  /** Id → session of every message sent. */
  readonly sent = new Map<string, string>();
  /** Id → seq. */
  readonly acknowledged = new Map<string, number>();
  readonly refused: string[] = [];
  /** Milliseconds from the opening of a connection to the end of its replay. */
  readonly replays: number[] = [];
  /** Milliseconds from the close of a connection to the end of the replay on the next one. */
  readonly away: number[] = [];
  readonly closes: number[] = [];
  readonly #pending = new Map<string, { readonly session: string; at: number }>();
  #socket: WebSocket | undefined;
  #live = new Set<string>();
  #stopped = false;
  #running: Promise<void> | undefined;
  #token = '';

  constructor(options: ParticipantOptions) {
    this.options = options;
    this.histories = new Map(options.sessionIds.map((id) => [id, new History(id)]));
  }

  async start(): Promise<void> {
    const { sub, role } = this.options;
    this.#token = await signToken(secret, { sub, roles: [role], name: sub, lifetime: 36_000 });
    this.#running = this.#run();
  }

  get isLive(): boolean {
    return this.#live.size === this.histories.size;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** The server that it is connected to. */
  server: string | undefined;

  write(sessionId: string): void {
    const id = randomUUID();
    this.sent.set(id, sessionId);
    this.#pending.set(id, { session: sessionId, at: performance.now() });
    this.#send(id, sessionId);
  }

  /** Cuts the connection without a close frame, like a lost network. */
  cut(): void {
    this.#socket?.terminate();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#socket?.terminate();
    await this.#running;
  }

  async #run(): Promise<void> {
    let lostAt = performance.now();
    for (let tries = 0; !this.#stopped; ) {
      const servers = this.options.servers();
      const server = servers[Math.floor(Math.random() * servers.length)];
      const lived = server === undefined ? false : await this.#connect(server, lostAt);
      if (lived) lostAt = performance.now();
      tries = lived ? 0 : tries + 1;
      // Add jitter, because all participants were cut at the same moment.
      await delay(Math.min(100 * 2 ** tries, 1_000) * (0.5 + Math.random()));
    }
  }

  /** Resolves when the connection has ended, with whether it was ever live. */
  #connect(server: string, lostAt: number): Promise<boolean> {
    const { role, sessionIds } = this.options;
    const begun = performance.now();
    const path = role === 'staff' ? '/ws/console' : `/ws/chat/${sessionIds[0]}`;
    const socket = new WebSocket(server.replace('http', 'ws') + path, chatSubprotocol, {
      headers: { Authorization: `Bearer ${this.#token}` },
      handshakeTimeout: 5_000,
    });
    this.#socket = socket;
    let lived = false;
    const again = setInterval(() => this.#sendAgain(), 500);
    socket.on('error', () => {});
    socket.on('open', () => {
      for (const [sessionId, history] of this.histories) {
        const place = role === 'staff' ? { type: 'watch', session_id: sessionId } : { type: 'resume' };
        socket.send(JSON.stringify({ ...place, after: history.last }));
      }
    });
    socket.on('message', (data) => {
      // Ignore frames that still arrive from a cut connection.
      if (this.#socket !== socket) return;
      const frame = JSON.parse(String(data));
      if (frame.type === 'message') this.histories.get(frame.message.session_id)?.take(frame.message);
      else if (frame.type === 'messages')
        for (const message of frame.messages) this.histories.get(frame.session_id)?.take(message);
      else if (frame.type === 'ack') this.#acknowledge(frame.client_message_id, frame.seq);
      else if (frame.type === 'nack' && !frame.retry) this.refused.push(frame.code);
      else if (frame.type === 'live') {
        this.#live.add(frame.session_id);
        if (lived || !this.isLive) return;
        lived = true;
        this.server = server;
        this.replays.push(performance.now() - begun);
        this.away.push(performance.now() - lostAt);
        for (const [id, { session }] of this.#pending) this.#send(id, session);
      }
    });
    return new Promise((resolve) => {
      socket.on('close', (code) => {
        clearInterval(again);
        this.closes.push(code);
        this.#socket = undefined;
        this.#live = new Set();
        this.server = undefined;
        resolve(lived);
      });
    });
  }

  #acknowledge(id: string, seq: number): void {
    this.acknowledged.set(id, seq);
    this.#pending.delete(id);
  }

  #sendAgain(): void {
    const now = performance.now();
    for (const [id, pending] of this.#pending) {
      if (pending.at > now - patience) continue;
      pending.at = now;
      this.#send(id, pending.session);
    }
  }

  #send(id: string, sessionId: string): void {
    if (this.#socket?.readyState !== WebSocket.OPEN || !this.isLive) return;
    const about = this.options.role === 'staff' ? { session_id: sessionId } : {};
    const message = { client_message_id: id, body: `${this.options.sub} says ${id}` };
    this.#socket.send(JSON.stringify({ type: 'send', ...about, message }));
  }
}

/** Returns whether the close code asks the client to reconnect. */
export function comesBack(code: number): boolean {
  const reason = (Object.keys(closeCodes) as CloseReason[]).find((each) => closeCodes[each].code === code);
  return reason !== undefined && ['at once', 'after a pause'].includes(closeCodes[reason].comeBack);
}
