// The routes for invitations: the rules, and one showing of one of them to one visitor.
import type { Context } from 'koa';
import { openInvitation } from '../../../sql/store/chat/invites.ts';
import { chatInviteRoutes as routes } from '../../contract/chat-invite.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Bind } from '../../handler.ts';
import { visitorOf } from '../../shop/arms.ts';
import { requireWithinLimit } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';

export function inviteRoutes(bind: Bind, parts: RouteParts): void {
  const { invites, limits, addressOf, pool } = parts;
  bind(routes.list, async ({ query, ctx }) => {
    ctx.set('Cache-Control', 'public, max-age=60');
    return { invites: await invites.list(query.locale) };
  });
  bind(routes.show, async ({ params, principal, ctx }) => {
    requireWithinLimit(limits.invite(addressOf(ctx)), 'invitations');
    const shown = await invites.show(params.id, {
      visitor: trackedVisitor(ctx),
      customer: principal?.customerId ?? null,
    });
    if (shown) return shown;
    throw new CoutureError(
      'not_found',
      `No invitation ${params.id}`,
      'GET /api/chat-invites lists those in use.',
    );
  });
  bind(routes.opened, async ({ params, ctx }) => {
    requireWithinLimit(limits.invite(addressOf(ctx)), 'invitations');
    const visitor = trackedVisitor(ctx);
    if (visitor !== undefined) await openInvitation(pool, visitor, params.id);
  });
}

/** As for events: undefined for clients that opt out of tracking (Global Privacy Control, Do Not Track). */
function trackedVisitor(ctx: Context): string | undefined {
  return ctx.get('DNT') === '1' ? undefined : visitorOf(ctx.headers);
}
