// Which route answers a request, known before any limit is applied: limits and headers go by it, never by how the path
// is spelled.
import type Router from '@koa/router';
import type { Context, Next } from 'koa';

/** Sets the route; without a match, a later layer answers with a file, a page or 404. */
export function matchRoute(router: Router) {
  return (ctx: Context, next: Next): Promise<void> => {
    const { pathAndMethod } = router.match(ctx.path, ctx.method);
    const path = pathAndMethod.find((layer) => layer.methods.length > 0)?.path;
    if (path !== undefined) {
      const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
      ctx.state.route = `${method} ${String(path)}`;
      ctx._matchedRoute = String(path);
    }
    return next();
  };
}

/** The matched route as its declaration has it: `POST /api/session`. */
export function routeOf(ctx: Context): string | undefined {
  return ctx.state.route as string | undefined;
}

/** Whether a route of the API answers, or would: unknown paths below /api/ count too. */
export function isApi(ctx: Context): boolean {
  const path = routeOf(ctx)?.split(' ')[1] ?? ctx.path;
  return path === '/api' || path.startsWith('/api/');
}
