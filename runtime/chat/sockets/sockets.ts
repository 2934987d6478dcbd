// All open sockets of this process: pinged in turn, checked for what has expired or was revoked, counted, and at the
// end sent away in batches.
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { CloseReason } from '../../contract/chat-protocol.ts';
import { Connection, type Holder } from './connection.ts';

export interface SocketRules {
  /** Whether this subject has lost its rights. */
  readonly isRevoked: (sub: string) => boolean;
  readonly onLeft: (holder: Holder) => void;
}

/** Seconds between two pings of one socket: less than what proxies give a quiet connection. */
const pingInterval = 25;
/** Sockets that are sent away at once. */
const batch = 100;

export class Sockets {
  readonly #rules: SocketRules;
  readonly #connections = new Set<Connection>();
  /** A socket is pinged in the second that it belongs to. */
  readonly #turns: ReadonlyArray<Set<Connection>> = Array.from(
    { length: pingInterval },
    () => new Set<Connection>(),
  );
  #turn = 0;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  ended: Partial<Record<CloseReason, number>> = {};

  constructor(rules: SocketRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#connections.size;
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), 1_000).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  open(socket: WebSocket, holder: Holder): Connection {
    const connection = new Connection(socket, holder);
    const turn = this.#turns[this.#next++ % pingInterval]!;
    turn.add(connection);
    this.#connections.add(connection);
    socket.on('pong', () => (connection.alive = true));
    // Frames that are too long, broken, or too many pieces: the library ends the socket itself, with a code of its own.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.ended = true;
      turn.delete(connection);
      this.#connections.delete(connection);
      this.#rules.onLeft(holder);
    });
    return connection;
  }

  /** Once a second. */
  tick(): void {
    this.checkRights();
    this.#turn = (this.#turn + 1) % pingInterval;
    for (const connection of this.#turns[this.#turn]!) {
      if (!connection.alive) connection.end('silent');
      else {
        connection.alive = false;
        connection.ping();
      }
    }
  }

  /** Ends what has expired or was revoked. */
  checkRights(): void {
    const now = Date.now();
    for (const connection of this.#connections) {
      const { sub, expiresAt } = connection.holder;
      if (expiresAt <= now) connection.end('expired');
      else if (sub !== undefined && this.#rules.isRevoked(sub)) connection.end('revoked');
    }
  }

  /**
   * Sends all away, a batch at a time, with a code that says to come back: whoever takes over is not met by all of them
   * in the same moment.
   * @param milliseconds for all of it
   */
  async drain(milliseconds: number): Promise<void> {
    const connections = [...this.#connections];
    const pause = Math.min(50, milliseconds / Math.max(1, Math.ceil(connections.length / batch)));
    for (let from = 0; from < connections.length; from += batch) {
      for (const connection of connections.slice(from, from + batch)) connection.end('draining');
      await delay(pause);
    }
    const until = performance.now() + 1_000;
    while (this.#connections.size > 0 && performance.now() < until) await delay(20);
  }
}
