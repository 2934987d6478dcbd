// Binds a declared route to its handler: validates the request once, at this boundary, and sends the handler's result.
import Router from '@koa/router';
import type { Context } from 'koa';
import type { z } from 'zod';
import { hasRole, type Principal } from '../auth/principal.ts';
import type { Route } from '../contract/route.ts';
import { CoutureError } from '../core/errors.ts';
import { Answer, type Asked } from '../handler.ts';
import { Rendered, sendRendered } from '../shop/rendered.ts';
import { fileBody, jsonBody } from './middleware/request-body.ts';

export { Answer, type Asked };

/** Identifies the sender. @throws CoutureError `token_invalid` for an invalid bearer token, `origin_refused` for forged writes */
export type Identify = (ctx: Context) => Promise<Principal | undefined>;

/** A router and what its routes share. */
export interface Binding {
  readonly router: Router;
  readonly identify: Identify;
  readonly awaitClient: AwaitClient;
}

/** Waits for the client; meanwhile the request does not count as in flight. */
export type AwaitClient = <T>(wait: () => Promise<T>) => Promise<T>;

/** Paths are case-sensitive: `/API/session` is a different path, as it is for the rules of proxies. */
export function newBinding(identify: Identify, awaitClient: AwaitClient = (wait) => wait()): Binding {
  return { router: new Router({ sensitive: true }), identify, awaitClient };
}

/**
 * Adds a route. The handler's result is sent as JSON with the route's first status; a `Rendered` as its bytes, with ETag
 * and 304; an `Answer` with its own status. Responses are `no-store` unless the handler changes that.
 */
export function bind<R extends Route>(
  { router, identify, awaitClient }: Binding,
  route: R,
  handle: (asked: Asked<R>) => Promise<unknown> | unknown,
): void {
  const [firstStatus] = Object.keys(route.answers);
  const parse = route.body ? jsonBody(route) : undefined;
  const { upload } = route;
  const respond = async (ctx: Context): Promise<void> => {
    ctx.set('Cache-Control', 'no-store');
    const principal = route.access === 'public' ? undefined : await admit(route, await identify(ctx));
    const asked = {
      params: check(route.params, (ctx as { params?: unknown }).params, 'path'),
      query: check(route.query, ctx.query, 'query'),
      headers: check(route.headers, ctx.headers, 'header'),
      body: check(route.body, parse ? await awaitClient(() => parse(ctx)) : undefined, 'body'),
      file: upload && (() => awaitClient(() => fileBody(ctx, upload.bytes))),
      principal,
      ctx,
    } as Asked<R>;
    const given = await handle(asked);
    if (given instanceof Rendered) return sendRendered(ctx, given);
    const { status, value } = given instanceof Answer ? given : { status: Number(firstStatus), value: given };
    ctx.status = status;
    if (value === undefined || value === null) ctx.body = null;
    else if (route.answerType) {
      ctx.body = value;
      if (route.answerType !== '*/*') ctx.type = route.answerType;
    } else ctx.body = value;
    if (ctx.body === null) ctx.status = status;
  };
  router[route.method.toLowerCase() as 'get' | 'post' | 'delete'](
    route.path,
    respond as unknown as Parameters<Router['get']>[1],
  );
}

/** Throws unless the principal has the access that the route requires. */
function admit(route: Route, principal: Principal | undefined): Principal | undefined {
  if (route.access === 'welcome') return principal;
  if (!principal) {
    throw new CoutureError(
      'not_signed_in',
      `${route.path} requires signing in, but the request has no token`,
      'Send "Authorization: Bearer <token>", or exchange a token for a cookie with POST /api/session.',
    );
  }
  if ((route.access === 'staff' || route.access === 'admin') && !hasRole(principal, route.access)) {
    throw new CoutureError('forbidden', `${route.path} requires the role ${route.access}`);
  }
  return principal;
}

function check(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 10).map((issue) => ({
    path: [where, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
  throw new CoutureError(
    'bad_request',
    `Invalid request: ${errors[0]!.path}: ${errors[0]!.message}`,
    'See /api/openapi.json for the schema of each route.',
    { details: { errors } },
  );
}
