// The audit trail of requests: matched route, principal and status → the event that it was, if it was one.
import type { Context, Next } from 'koa';
import { type Audit, type AuditEvent, isRefusal } from '../../auth/audit.ts';
import { routeOf } from './matched-route.ts';

/** Events of routes that succeed. */
const succeeded: Readonly<Record<string, AuditEvent>> = {
  'POST /api/session': 'sign_in',
  'POST /sign-in/return': 'sign_in',
  'POST /demo/sign-in': 'sign_in',
  'DELETE /api/session': 'sign_out',
  'GET /api/chat-sessions/:id/transcript': 'transcript_read',
};

/** Outside of the error boundary, so that it sees the status that the client gets. */
export function audited(audit: Audit) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    const route = routeOf(ctx);
    if (route === undefined) return;
    const event = eventOf(route, ctx);
    if (!event) return;
    const { id } = (ctx as { params?: { id?: string } }).params ?? {};
    audit(event, {
      sub: ctx.state.sub as string | undefined,
      address: ctx.ip,
      request_id: String(ctx.state.requestId),
      route,
      code: ctx.state.problem as string | undefined,
      object: event === 'transcript_read' ? id : undefined,
    });
  };
}

function eventOf(route: string, { status, state }: Context): AuditEvent | undefined {
  // Forms redirect after signing in.
  if (status < 400) return succeeded[route];
  if (succeeded[route] === 'sign_in' && [400, 401, 403, 404, 429].includes(status)) return 'sign_in_refused';
  return isRefusal(status, state.problem) ? 'access_refused' : undefined;
}
