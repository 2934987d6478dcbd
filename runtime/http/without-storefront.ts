// With --no-storefront: `/` and /robots.txt when couture serves no pages to shoppers.
import type { Binding } from './bind.ts';

export function withoutStorefront({ router }: Binding, shopName: string, basePath: string): void {
  router.get('/', (ctx) => {
    ctx.set('Cache-Control', 'public, no-cache');
    ctx.type = 'text/plain; charset=utf-8';
    ctx.body = `couture for ${shopName}: recommendations, chat and push. The storefront is turned off.

API      ${basePath}/api/openapi.json
Widgets  ${basePath}/embed/couture-widgets.js
Console  ${basePath}/console
`;
  });
  router.get('/robots.txt', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.type = 'text/plain; charset=utf-8';
    ctx.body = 'User-agent: *\nDisallow: /\n';
  });
}
