// POST, GET and DELETE /api/session: exchanges a token of the shop's login for a cookie.
import { bearerToken, refuseForgery } from '../../auth/identify.ts';
import { type CookieSettings, clearPerson, readCookie, setCookie } from '../../auth/session-cookie.ts';
import type { Claims, VerifyToken } from '../../auth/verify-token.ts';
import { sessionRoutes as routes, type Session } from '../../contract/session.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Wire } from '../../shop/wire.ts';
import { type Binding, bind } from '../bind.ts';

export interface SessionParts {
  readonly verify: VerifyToken;
  readonly cookie: CookieSettings;
  readonly customerId: Wire['id'];
  /** Ends the session of a token in every process. */
  readonly signOut: (tokenHash: string) => Promise<void>;
  /** Removes what is kept only while the customer is signed in. */
  readonly forget?: (customerId: string) => Promise<void>;
}

export function session(
  binding: Binding,
  { verify, cookie, customerId, signOut, forget }: SessionParts,
): void {
  bind(binding, routes.open, async ({ body, ctx }) => {
    refuseForgery(ctx, cookie);
    const token = bearerToken(ctx) ?? body?.token;
    if (!token) {
      throw new CoutureError(
        'not_signed_in',
        'The request has no token',
        'Send it as "Authorization: Bearer <token>", or as {"token": "…"}.',
      );
    }
    const claims = await verify(token);
    ctx.state.sub = claims.sub;
    setCookie(ctx, cookie, token, claims.expiresAt);
    return wireSession(claims, customerId);
  });
  bind(binding, routes.read, ({ principal }) =>
    principal ? wireSession(principal, customerId) : { signed_in: false },
  );
  bind(binding, routes.close, async ({ ctx }) => {
    refuseForgery(ctx, cookie);
    // The browser forgets the cookie even if its copies cannot be revoked at the moment.
    clearPerson(ctx, cookie);
    const token = readCookie(ctx, cookie);
    const claims = token === undefined ? undefined : await verify(token).catch(() => undefined);
    ctx.state.sub = claims?.sub;
    if (claims?.tokenHash) await signOut(claims.tokenHash);
    if (claims?.customerId !== undefined) await forget?.(claims.customerId);
  });
}

function wireSession(claims: Claims, customerId: Wire['id']): Session {
  return {
    signed_in: true,
    sub: claims.sub,
    customer_id: claims.customerId === undefined ? null : customerId(claims.customerId),
    name: claims.name ?? null,
    email: claims.email ?? null,
    roles: [...claims.roles],
    expires_at: new Date(claims.expiresAt).toISOString(),
  };
}
