// The routes for invitations: rules by which the chat offers its help, and one showing of one of them. The browser decides whether a
// rule fits, so that neither its page nor its cart is sent; the server decides whether anybody is invited.
import { z } from 'zod';
import { languageTag } from './chat-message.ts';
import { route } from './route.ts';

/** Id of a rule, as `couture chat invites` shows it. */
export const inviteId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'expected the id of an invitation, such as sizes');

export const maxInviteLength = 160;

const chatInvite = z
  .object({
    id: inviteId,
    /** Path of the page; `*` is any text. */
    path: z.string(),
    /** Seconds without a key, touch or scroll. */
    idle: z.number().int(),
    /** Minimum value of the cart in the shop's currency; null: any. */
    min_cart: z.number().nullable(),
    /** Only for visitors who were here before. */
    returning: z.boolean(),
    /** The team that answers; null: any agent. */
    team: z.string().nullable(),
    /** In the asked language, or else in that of the shop, in English, or in any. */
    text: z.string(),
    /** Language of the text. */
    lang: z.string(),
  })
  .meta({ id: 'ChatInvite' });
export type WireInvite = z.output<typeof chatInvite>;

const shared = { tag: 'chat', access: 'welcome', params: z.object({ id: inviteId }) } as const;
const headers = z.object({
  /** The id with which the browser asks for lists. Without one, and with Sec-GPC or DNT, nobody is invited and nothing is stored. */
  'x-couture-visitor': z.string().max(200).optional(),
});

export const chatInviteRoutes = {
  list: route({
    method: 'GET',
    path: '/api/chat-invites',
    summary: 'List the rules by which the chat invites shoppers; empty unless the shop made any',
    tag: 'chat',
    access: 'public',
    query: z.object({
      /** Language of the texts. */
      locale: languageTag.optional(),
    }),
    answers: { 200: z.object({ invites: z.array(chatInvite) }) },
    problems: [400],
  }),
  show: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-invites/:id/showings',
    summary:
      'Ask whether to show an invitation now: once per visitor and week, while agents are free, and not to the control group',
    headers,
    answers: {
      200: z.object({
        show: z.boolean(),
        /** Seconds after which asking again makes sense. */
        retry_after: z.number().int(),
      }),
    },
    problems: [400, 401, 403, 404],
  }),
  opened: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-invites/:id/opened',
    summary: 'Report that the visitor opened the chat from an invitation',
    headers,
    answers: { 204: null },
    problems: [400, 401, 403],
  }),
};
