// What agents do: the queue, taking and passing on, notes, canned replies, transcripts, and what they see of a shopper.
import { z } from 'zod';
import { written } from './chat-message.ts';
import { chatSession, chatSessionRoutes, ofSession } from './chat-session.ts';
import { ownOrder } from './order.ts';
import { listedProduct, productCard } from './product.ts';
import { queryInteger, route } from './route.ts';
import { longestMessage, longestNote } from './text.ts';

/** A chat in a list of the console. */
export const listedSession = z
  .object({
    ...chatSession.shape,
    /** Signed in: name and e-mail are the shop's own. Otherwise a guest wrote them, and they prove nothing. */
    verified: z.boolean(),
    /** Subject of the agent who has it. */
    assigned_to: z.string().nullable(),
    waiting_since: z.iso.datetime(),
    /** Messages of the shopper that no agent has seen. */
    unread_count: z.number().int(),
    notes_count: z.number().int(),
    last_message: z
      .object({
        body: z.string(),
        side: z.enum(['shopper', 'staff', 'system']),
        kind: z.enum(['text', 'product', 'attachment', 'event']),
      })
      .nullable(),
  })
  .meta({ id: 'ListedChatSession' });
export type ListedWireSession = z.output<typeof listedSession>;

export const note = z
  .object({
    id: z.string(),
    session_id: z.uuid(),
    author_name: z.string().nullable(),
    body: z.string(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ChatNote' });
export type WireNote = z.output<typeof note>;

const reply = z
  .object({
    id: z.number().int(),
    shortcut: z.string(),
    body: z.string(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'CannedReply' });
export type WireReply = z.output<typeof reply>;

const agent = z.object({ sub: z.string(), name: z.string().nullable(), online: z.boolean() });

const shopperPanel = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  verified: z.boolean(),
  customer_id: z.union([z.number().int(), z.string()]).nullable(),
  user_agent: z.string().nullable(),
  /** Path of a page of the shop, or an address; without query and fragment. To be shown as text. */
  current_page: z.string().nullable(),
  /** As the widget says; names and prices as the shop has them now. */
  cart: z.array(z.object({ product: productCard, quantity: z.number().int() })),
  /** Those of signed-in customers, newest first. */
  orders: z.array(ownOrder),
  recommendations: z.array(listedProduct),
  /** Chats of the same visitor before this one. */
  earlier: z.array(chatSession),
});
export type ShopperPanel = z.output<typeof shopperPanel>;

const staff = { tag: 'chat console', access: 'staff' } as const;
const step = {
  ...staff,
  ...ofSession,
  method: 'POST',
  answers: { 200: chatSession },
  problems: [400, 401, 403, 404, 409, 413, 415],
} as const;
const subject = z.string().min(1).max(200);

export const chatConsoleRoutes = {
  list: route({
    method: 'GET',
    path: '/api/chat-sessions',
    summary:
      'Staff: the queue, the own chats, all, or those that have words. Everybody else: the visitor’s own chats',
    tag: 'chat console',
    access: 'welcome',
    headers: chatSessionRoutes.active.headers,
    query: z.object({
      list: z.enum(['queue', 'mine', 'all']).default('all'),
      q: z.string().min(1).max(200).optional(),
      limit: queryInteger(1, 100, 50),
      /** `next` of the page before. */
      cursor: z.string().max(100).optional(),
    }),
    answers: { 200: z.object({ sessions: z.array(listedSession), next: z.string().nullable() }) },
    problems: [400, 401],
  }),
  assign: route({
    ...step,
    path: '/api/chat-sessions/:id/assign',
    summary: 'Take a waiting chat, or give it to an agent; of two who try, one gets it',
    body: z.strictObject({ agent: subject.optional() }).optional(),
  }),
  transfer: route({
    ...step,
    path: '/api/chat-sessions/:id/transfer',
    summary: 'Pass an own chat on to another agent, with a private note if there is something to say',
    body: z.strictObject({ agent: subject, note: written(longestNote).optional() }),
  }),
  return: route({
    ...step,
    path: '/api/chat-sessions/:id/return',
    summary: 'Put an own chat back into the queue',
  }),
  resolve: route({
    ...step,
    path: '/api/chat-sessions/:id/resolve',
    summary: 'Mark a chat as done; its shopper can go on with it',
  }),
  agents: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-agents',
    summary: 'Agents that a chat can be given to',
    answers: { 200: z.object({ agents: z.array(agent) }) },
    problems: [401, 403],
  }),
  ticket: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-console/ticket',
    summary: 'A ticket for one socket of the console, for pages that have no cookie here',
    answers: chatSessionRoutes.ticket.answers,
    problems: [401, 403],
  }),
  notes: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/notes',
    summary: 'Private notes about a chat; no shopper ever sees them',
    answers: { 200: z.object({ notes: z.array(note) }) },
    problems: [400, 401, 403, 404],
  }),
  addNote: route({
    ...staff,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/notes',
    summary: 'Write a private note about a chat',
    body: z.strictObject({ body: written(longestNote) }),
    answers: { 201: note },
    problems: [400, 401, 403, 404, 413, 415],
  }),
  shopper: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/shopper',
    summary: 'What the shop knows of the shopper: page, cart, orders, recommendations, earlier chats',
    answers: { 200: shopperPanel },
    problems: [400, 401, 403, 404],
  }),
  transcript: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/transcript',
    summary: 'The whole chat as text, to keep or to send on; without private notes',
    answers: { 200: z.string() },
    answerType: 'text/plain; charset=utf-8',
    problems: [400, 401, 403, 404],
  }),
  replies: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-replies',
    summary: 'Canned replies, by shortcut',
    answers: { 200: z.object({ replies: z.array(reply) }) },
    problems: [401, 403],
  }),
  writeReply: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-replies',
    summary: 'Write the canned reply of a shortcut, new or in place of the one that is there',
    body: z.strictObject({
      shortcut: z.string().regex(/^[\p{L}\p{N}_-]{1,40}$/u, 'expected letters, digits, - and _'),
      body: written(longestMessage),
    }),
    bodyBytes: 32_768,
    answers: { 200: reply },
    problems: [400, 401, 403, 413, 415],
  }),
  removeReply: route({
    ...staff,
    method: 'DELETE',
    path: '/api/chat-replies/:id',
    summary: 'Remove a canned reply',
    params: z.object({ id: z.string().regex(/^\d{1,9}$/, 'expected a whole number') }),
    answers: { 204: null },
    problems: [400, 401, 403, 404],
  }),
};
