// The console routes: the queue, assigning and transferring chats, notes, canned replies, transcripts, the shopper panel.
import { z } from 'zod';
import { chatLabel, labelId } from './chat-label.ts';
import { written } from './chat-message.ts';
import { chatSession, chatSessionRoutes, ofSession, teamId } from './chat-session.ts';
import { ownOrder } from './order.ts';
import { listedProduct, productCard } from './product.ts';
import { queryInteger, route } from './route.ts';
import { maxMessageLength, maxNoteLength } from './text.ts';

/** A chat in a list of the console. */
export const listedSession = z
  .object({
    ...chatSession.shape,
    /** Whether the shopper is signed in, so that name and e-mail come from the shop. A guest's are unverified. */
    verified: z.boolean(),
    /**
     * Whether replies are mailed to a shopper who has left: `ended` after unsubscribing or a bounce, `off` without an
     * address or a mail server.
     */
    mail: z.enum(['on', 'ended', 'off']),
    /** Subject of the assigned agent. */
    assigned_to: z.string().nullable(),
    waiting_since: z.iso.datetime(),
    /** When the target for the first response passes; null: the shopper has one, or the chat has ended. */
    respond_by: z.iso.datetime().nullable(),
    /** Whether it has passed without one: time for an alarm. */
    missed: z.boolean(),
    /** Messages from the shopper that no agent has read. */
    unread_count: z.number().int(),
    notes_count: z.number().int(),
    /** Until when its agent has put it aside; null for shoppers. */
    snoozed_until: z.iso.datetime().nullable(),
    /** Scheduled replies, for agents; and how many of them are held until their agent has seen them. */
    scheduled_count: z.number().int(),
    held_count: z.number().int(),
    /** By name; for agents only. */
    labels: z.array(chatLabel),
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

export const agentState = z.enum(['available', 'away']);
export type AgentState = z.output<typeof agentState>;

const agent = z.object({
  sub: z.string(),
  name: z.string().nullable(),
  /** Whether the agent has the console open. */
  online: z.boolean(),
  /** As the agent chose; without an open console an agent counts as away. */
  state: agentState,
  open_chats: z.number().int(),
  /** Ids of teams. */
  teams: z.array(z.string()),
});

const team = z.object({
  id: z.string(),
  name: z.string(),
  /** Number of agents. */
  members: z.number().int(),
  /** Whether you are one of them. */
  mine: z.boolean(),
  /** Chats in its queue. */
  waiting: z.number().int(),
});
export type WireTeam = z.output<typeof team>;

const shopperPanel = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  verified: z.boolean(),
  customer_id: z.union([z.number().int(), z.string()]).nullable(),
  user_agent: z.string().nullable(),
  /** Path of a page of the shop, or a URL, without query and fragment. Show it as plain text. */
  current_page: z.string().nullable(),
  /** Products as the widget reported them, with the shop's current names and prices. */
  cart: z.array(z.object({ product: productCard, quantity: z.number().int() })),
  /** Orders of a signed-in customer, newest first; empty for guests. */
  orders: z.array(ownOrder),
  recommendations: z.array(listedProduct),
  /** Earlier chats of the same visitor. */
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
    summary: 'List or search chats: staff see the queue, their own or all chats, others only their own',
    tag: 'chat console',
    access: 'welcome',
    headers: chatSessionRoutes.active.headers,
    query: z.object({
      list: z.enum(['queue', 'mine', 'snoozed', 'all']).default('all'),
      q: z.string().min(1).max(200).optional(),
      /** Only chats with this label; for agents. */
      label: labelId.optional(),
      /** Only chats of this team; for agents. */
      team: teamId.optional(),
      limit: queryInteger(1, 100, 50),
      /** `next` of the previous page. */
      cursor: z.string().max(100).optional(),
    }),
    answers: { 200: z.object({ sessions: z.array(listedSession), next: z.string().nullable() }) },
    problems: [400, 401],
  }),
  assign: route({
    ...step,
    path: '/api/chat-sessions/:id/assign',
    summary: 'Accept a waiting chat, or assign it to an agent; only one of two concurrent requests succeeds',
    body: z.strictObject({ agent: subject.optional() }).optional(),
  }),
  transfer: route({
    ...step,
    path: '/api/chat-sessions/:id/transfer',
    summary:
      'Transfer your own chat to another agent, or a chat to the queue of another team, with an optional private note',
    body: z
      .strictObject({
        agent: subject.optional(),
        team: teamId.optional(),
        note: written(maxNoteLength).optional(),
      })
      .refine(
        ({ agent, team }) => (agent === undefined) !== (team === undefined),
        'expected an agent or a team',
      ),
  }),
  return: route({
    ...step,
    path: '/api/chat-sessions/:id/return',
    summary: 'Return your own chat to the queue',
  }),
  resolve: route({
    ...step,
    path: '/api/chat-sessions/:id/resolve',
    summary: 'Resolve a chat; its shopper can reopen it',
  }),
  agents: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-agents',
    summary: 'List agents that a chat can be assigned to',
    answers: { 200: z.object({ agents: z.array(agent) }) },
    problems: [401, 403],
  }),
  me: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-agents/me',
    summary: 'Set whether you are available; a console without a socket also reports that it is open',
    body: z.strictObject({
      state: agentState.optional(),
      /** From a console that polls, every few seconds: whether its page is in the foreground. */
      visible: z.boolean().optional(),
    }),
    answers: { 200: z.object({ state: agentState }) },
    problems: [400, 401, 403, 413, 415],
  }),
  teams: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-teams',
    summary: 'List the teams that a chat can be transferred to',
    answers: { 200: z.object({ teams: z.array(team) }) },
    problems: [401, 403],
  }),
  ticket: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-console/ticket',
    summary: 'Create a ticket for one console socket, for pages without a session cookie',
    answers: chatSessionRoutes.ticket.answers,
    problems: [401, 403],
  }),
  notes: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/notes',
    summary: 'List the private notes on a chat, which shoppers never see',
    answers: { 200: z.object({ notes: z.array(note) }) },
    problems: [400, 401, 403, 404],
  }),
  addNote: route({
    ...staff,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/notes',
    summary: 'Add a private note to a chat',
    body: z.strictObject({ body: written(maxNoteLength) }),
    answers: { 201: note },
    problems: [400, 401, 403, 404, 413, 415],
  }),
  shopper: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/shopper',
    summary: 'Read the shopper’s current page, cart, orders, recommendations and earlier chats',
    answers: { 200: shopperPanel },
    problems: [400, 401, 403, 404],
  }),
  transcript: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/transcript',
    summary: 'Read the whole chat as text, without private notes',
    answers: { 200: z.string() },
    answerType: 'text/plain; charset=utf-8',
    problems: [400, 401, 403, 404],
  }),
  replies: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-replies',
    summary: 'List canned replies by shortcut',
    answers: { 200: z.object({ replies: z.array(reply) }) },
    problems: [401, 403],
  }),
  writeReply: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-replies',
    summary: 'Create or replace the canned reply of a shortcut',
    body: z.strictObject({
      shortcut: z
        .string()
        .normalize('NFC')
        .regex(/^[\p{L}\p{M}\p{N}_-]{1,40}$/u, 'expected letters, digits, - and _'),
      body: written(maxMessageLength),
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
