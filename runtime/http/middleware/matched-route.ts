// Matches the route before any limit applies, so that limits and headers depend on the route and never on the spelling of
// the path.
import type Router from '@koa/router';
import type { Context, Next } from 'koa';

/** Sets the matched route. Without a match, a later layer responds with a file, a page or 404. */
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

/** The matched route as declared: `POST /api/session`. */
export function routeOf(ctx: Context): string | undefined {
  return ctx.state.route as string | undefined;
}

/** Whether the request is for the API, including unknown paths below /api/. */
export function isApi(ctx: Context): boolean {
  const path = routeOf(ctx)?.split(' ')[1] ?? ctx.path;
  return path === '/api' || path.startsWith('/api/');
}
