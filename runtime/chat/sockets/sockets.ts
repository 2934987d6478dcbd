// All open sockets of this process: pings them in turn, checks them for expired tokens and revoked subjects, counts
// them, and drains them in batches.
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { IsRevoked } from '../../auth/revocations.ts';
import type { CloseReason } from '../../contract/chat-protocol.ts';
import { Connection, type Holder } from './connection.ts';

export interface SocketRules {
  readonly isRevoked: IsRevoked;
  readonly onLeft: (holder: Holder) => void;
}

/** Seconds between pings of a socket: shorter than the idle timeouts of proxies. */
const pingInterval = 25;
/** Sockets closed at once while draining. */
const drainBatch = 100;

export class Sockets {
  readonly #rules: SocketRules;
  readonly #connections = new Set<Connection>();
  /** One set for each second of the ping interval, so that pings are spread evenly. */
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
    socket.on('ping', () => connection.controlled());
    socket.on('pong', () => {
      connection.alive = true;
      connection.controlled();
    });
    // For frames that are too long, broken or too fragmented, ws closes the socket itself with a code of its own.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.ended = true;
      turn.delete(connection);
      this.#connections.delete(connection);
      this.#rules.onLeft(holder);
    });
    return connection;
  }

  /** Runs once per second. */
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

  /** Closes sockets whose token has expired or whose subject was revoked. */
  checkRights(): void {
    const now = Date.now();
    for (const connection of this.#connections) {
      if (connection.holder.expiresAt <= now) connection.end('expired');
      else if (this.#rules.isRevoked(connection.holder)) connection.end('revoked');
    }
  }

  /**
   * Closes all sockets, a batch at a time, with a code that tells clients to reconnect, so that they don't all reach the
   * other processes at the same moment.
   * @param milliseconds spread over this time
   */
  async drain(milliseconds: number): Promise<void> {
    const connections = [...this.#connections];
    const pause = Math.min(50, milliseconds / Math.max(1, Math.ceil(connections.length / drainBatch)));
    for (let from = 0; from < connections.length; from += drainBatch) {
      for (const connection of connections.slice(from, from + drainBatch)) connection.end('draining');
      await delay(pause);
    }
    const until = performance.now() + 1_000;
    while (this.#connections.size > 0 && performance.now() < until) await delay(20);
  }
}
