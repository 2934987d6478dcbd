// The session routes: exchange the shop's token for a cookie that scripts cannot read.
import { z } from 'zod';
import { route } from './route.ts';

export const session = z.object({
  signed_in: z.boolean(),
  sub: z.string().optional(),
  /** The customer that the token's subject names; null if the shop has no such customer. */
  customer_id: z.union([z.number().int(), z.string()]).nullable().optional(),
  name: z.string().nullable().optional(),
  email: z.string().nullable().optional(),
  roles: z.array(z.enum(['customer', 'staff', 'admin'])).optional(),
  /** Until when the token counts: a minute after its `exp`, since clocks differ. */
  expires_at: z.iso.datetime().optional(),
});
export type Session = z.output<typeof session>;

export const sessionRoutes = {
  open: route({
    method: 'POST',
    path: '/api/session',
    summary: 'Exchange a token of the shop’s login, in Authorization or in the body, for a session cookie',
    tag: 'session',
    access: 'public',
    body: z.object({ token: z.string().min(1).max(8_192).optional() }).optional(),
    answers: { 200: session },
    problems: [400, 401, 403, 413, 415],
  }),
  read: route({
    method: 'GET',
    path: '/api/session',
    summary: 'Read who is signed in',
    tag: 'session',
    access: 'welcome',
    answers: { 200: session },
    problems: [401],
  }),
  close: route({
    method: 'DELETE',
    path: '/api/session',
    summary: 'Sign out and clear the cookie',
    tag: 'session',
    access: 'public',
    answers: { 204: null },
    problems: [403],
  }),
};
