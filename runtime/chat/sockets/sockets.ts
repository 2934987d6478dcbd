// All open sockets of this process: pinged in turn, checked for what has expired or was revoked, counted, and at the
// end sent away in batches.
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { CloseReason } from '../../contract/chat-protocol.ts';
import { type Holder, Line } from './line.ts';

export interface SocketRules {
  /** Whether this subject has lost its rights. */
  readonly isRevoked: (sub: string) => boolean;
  readonly onLeft: (holder: Holder) => void;
}

/** Seconds between two pings of one socket: less than what proxies give a quiet connection. */
const pingEvery = 25;
/** Sockets that are sent away at once. */
const batch = 100;

export class Sockets {
  readonly #rules: SocketRules;
  readonly #lines = new Set<Line>();
  /** A socket is pinged in the second that it belongs to. */
  readonly #turns: ReadonlyArray<Set<Line>> = Array.from({ length: pingEvery }, () => new Set<Line>());
  #turn = 0;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  ended: Partial<Record<CloseReason, number>> = {};

  constructor(rules: SocketRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#lines.size;
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), 1_000).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  open(socket: WebSocket, holder: Holder): Line {
    const line = new Line(socket, holder);
    const turn = this.#turns[this.#next++ % pingEvery]!;
    turn.add(line);
    this.#lines.add(line);
    socket.on('pong', () => (line.alive = true));
    // Frames that are too long, broken, or too many pieces: the library ends the socket itself, with a code of its own.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      line.ended = true;
      turn.delete(line);
      this.#lines.delete(line);
      this.#rules.onLeft(holder);
    });
    return line;
  }

  /** Once a second. */
  tick(): void {
    this.checkRights();
    this.#turn = (this.#turn + 1) % pingEvery;
    for (const line of this.#turns[this.#turn]!) {
      if (!line.alive) line.end('silent');
      else {
        line.alive = false;
        line.ping();
      }
    }
  }

  /** Ends what has expired or was revoked. */
  checkRights(): void {
    const now = Date.now();
    for (const line of this.#lines) {
      const { sub, expiresAt } = line.holder;
      if (expiresAt <= now) line.end('expired');
      else if (sub !== undefined && this.#rules.isRevoked(sub)) line.end('revoked');
    }
  }

  /**
   * Sends all away, a batch at a time, with a code that says to come back: whoever takes over is not met by all of them
   * in the same moment.
   * @param milliseconds for all of it
   */
  async drain(milliseconds: number): Promise<void> {
    const lines = [...this.#lines];
    const pause = Math.min(50, milliseconds / Math.max(1, Math.ceil(lines.length / batch)));
    for (let from = 0; from < lines.length; from += batch) {
      for (const line of lines.slice(from, from + batch)) line.end('draining');
      await delay(pause);
    }
    const until = performance.now() + 1_000;
    while (this.#lines.size > 0 && performance.now() < until) await delay(20);
  }
}
