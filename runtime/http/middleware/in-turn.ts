// Handles pipelined requests of one connection one after the other.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Context, Next } from 'koa';

interface Turns {
  newest: ServerResponse;
  /** Resolves when the connection closes; one listener for all waiting requests. */
  ended: Promise<void> | undefined;
}

const connections = new WeakMap<Socket, Turns>();

/**
 * Starts a request only after the previous response on its connection has been sent. HTTP requires that order anyway, and
 * a client that reads no responses then opens no further files and causes no further queries.
 */
export function inTurn(ctx: Context, next: Next): Promise<void> {
  const { socket } = ctx.req;
  // Node parses what it has read to its end: thousands of requests behind those for which the connection was closed.
  if (socket.destroyed) {
    ctx.respond = false;
    return Promise.resolve();
  }
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
