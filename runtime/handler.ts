// The input and output of route handlers, shared by http, chat and push.
import type { Context } from 'koa';
import type { Principal } from './auth/principal.ts';
import type { BodyOf, HeadersOf, ParamsOf, QueryOf, Route } from './contract/route.ts';

/** A request that was validated against its route. */
export interface Asked<R extends Route> {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly headers: HeadersOf<R>;
  readonly body: BodyOf<R>;
  /** Reads the uploaded file. */
  readonly file: R['upload'] extends object ? () => Promise<Buffer> : undefined;
  /** The sender; always set on routes that require signing in, never on public ones. */
  readonly principal: R['access'] extends 'public'
    ? undefined
    : R['access'] extends 'welcome'
      ? Principal | undefined
      : Principal;
  /** For cookies and headers; the body is what the handler returns. */
  readonly ctx: Context;
}

/** A response with another status than the route's first. */
export class Answer {
  readonly status: number;
  readonly value: unknown;

  constructor(status: number, value: unknown) {
    this.status = status;
    this.value = value;
  }
}

/** Binds a declared route to its handler; app.ts passes it to chat and push. */
export type Bind = <R extends Route>(
  route: R,
  handle: (asked: Asked<R>) => Promise<unknown> | unknown,
) => void;
