// The session: the shop's token, exchanged for a cookie that no script can read.
import { z } from 'zod';
import { route } from './route.ts';

export const session = z.object({
  signed_in: z.boolean(),
  sub: z.string().optional(),
  /** The customer that the token is of; null where its subject is none of the shop's customers. */
  customer_id: z.union([z.number().int(), z.string()]).nullable().optional(),
  name: z.string().nullable().optional(),
  email: z.string().nullable().optional(),
  roles: z.array(z.enum(['customer', 'staff', 'admin'])).optional(),
  expires_at: z.iso.datetime().optional(),
});
export type Session = z.output<typeof session>;

export const sessionRoutes = {
  open: route({
    method: 'POST',
    path: '/api/session',
    summary:
      'Exchange a token of the shop’s login for a cookie; the token stands in Authorization or in the body',
    tag: 'session',
    access: 'public',
    body: z.object({ token: z.string().min(1).max(8_192).optional() }).optional(),
    answers: { 200: session },
    problems: [400, 401, 403, 413, 415],
  }),
  read: route({
    method: 'GET',
    path: '/api/session',
    summary: 'Who is signed in',
    tag: 'session',
    access: 'welcome',
    answers: { 200: session },
    problems: [401],
  }),
  close: route({
    method: 'DELETE',
    path: '/api/session',
    summary: 'Sign out: the cookie is cleared',
    tag: 'session',
    access: 'public',
    answers: { 204: null },
    problems: [403],
  }),
};
