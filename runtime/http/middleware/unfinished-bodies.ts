// Limits the unfinished request bodies per address: waiting for them is cheap, but not free.
import type { IncomingMessage } from 'node:http';
import type { Context, Next } from 'koa';
import { CoutureError } from '../../core/errors.ts';
import { addressGroup } from '../address-group.ts';

export class UnfinishedBodies {
  readonly #max: number;
  readonly #open = new Map<string, Set<IncomingMessage>>();
  refused = 0;

  /** @param max unfinished bodies per address */
  constructor(max: number) {
    this.#max = max;
  }

  readonly middleware = (ctx: Context, next: Next): Promise<void> => {
    const { req } = ctx;
    if (!announcesBody(req) || req.complete) return next();
    const address = addressGroup(ctx.ip);
    const open = this.#open.get(address) ?? new Set();
    if (open.size >= this.#max)
      for (const each of open) if (each.complete || each.destroyed) open.delete(each);
    if (open.size >= this.#max) {
      this.refused += 1;
      // Do not wait for the rest of the body.
      ctx.set('Connection', 'close');
      throw new CoutureError(
        'too_many_requests',
        `${open.size} requests from this address have unfinished bodies`,
        'Complete or abort them first.',
        { details: { retry_after: 5 } },
      );
    }
    this.#open.set(address, open.add(req));
    const { socket } = req;
    const ended = () => {
      socket.off('close', ended);
      open.delete(req);
      if (open.size === 0 && this.#open.get(address) === open) this.#open.delete(address);
    };
    req.once('close', ended);
    // Once its response has been sent, Node closes a request only at the end of its body, which a lost connection never sends.
    ctx.res.once('close', () => {
      if (socket.destroyed) ended();
      else if (open.has(req) && !req.complete) socket.once('close', ended);
    });
    return next();
  };

  /** Number of unfinished bodies. */
  get waiting(): number {
    let count = 0;
    for (const open of this.#open.values()) for (const req of open) if (!req.complete) count += 1;
    return count;
  }
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
