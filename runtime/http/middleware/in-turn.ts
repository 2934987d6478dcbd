// Requests that were sent on one connection without waiting (pipelining) are answered one after the other.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Context, Next } from 'koa';

interface Turns {
  newest: ServerResponse;
  /** Resolves when the connection ends: one listener, however many requests wait. */
  ended: Promise<void> | undefined;
}

const connections = new WeakMap<Socket, Turns>();

/**
 * Begins a request when the one before it on its connection has been sent: answers go out in that order anyway, and a
 * client that reads none of them opens no further file and asks nothing more of Postgres.
 */
export function inTurn(ctx: Context, next: Next): Promise<void> {
  const { socket } = ctx.req;
  const turns = connections.get(socket);
  if (!turns) {
    connections.set(socket, { newest: ctx.res, ended: undefined });
    return next();
  }
  const before = turns.newest;
  turns.newest = ctx.res;
  if (before.writableFinished) return next();
  turns.ended ??= new Promise((resolve) => socket.once('close', resolve));
  const sent = new Promise<void>((resolve) => before.once('close', resolve));
  return Promise.race([sent, turns.ended]).then(() => {
    if (!socket.destroyed) return next();
    ctx.respond = false;
    return undefined;
  });
}
