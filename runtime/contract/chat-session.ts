// Chats and what their shoppers may do with them. Who is asking is told by token, cookie or the guest's secret, and
// what is not theirs is answered as if it were not there.
import { z } from 'zod';
import {
  attachment,
  chatMessage,
  clientMessageId,
  outgoing,
  reportedCart,
  reportedPage,
  sessionId,
  written,
} from './chat-message.ts';
import { queryInteger, route } from './route.ts';
import { longestMessage } from './text.ts';

export const chatState = z.enum(['waiting', 'active', 'resolved', 'closed']);

/** A chat as its shopper sees it. */
export const chatSession = z
  .object({
    id: z.uuid(),
    state: chatState,
    name: z.string().nullable(),
    email: z.string().nullable(),
    subject: z.string().nullable(),
    /** Left outside business hours. */
    left_offline: z.boolean(),
    /** The agent who has it. */
    agent_name: z.string().nullable(),
    last_seq: z.number().int(),
    /** Highest seq that the side has seen. */
    shopper_read: z.number().int(),
    staff_read: z.number().int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ChatSession' });
export type WireSession = z.output<typeof chatSession>;

/** With its newest messages, at most 100; GET /api/chat-messages has the others. */
export const wholeSession = z.object({
  ...chatSession.shape,
  messages: z.array(chatMessage),
  /** Messages of the other side that the asking side has not seen. */
  unread_count: z.number().int(),
});
export type WholeSession = z.output<typeof wholeSession>;

const madeSession = z.object({
  ...wholeSession.shape,
  /** For guests on pages of other origins, which have no cookie here; to be sent as the header Chat-Secret. */
  guest_secret: z.string().optional(),
});

const availability = z.object({
  /** Whether it is within business hours. */
  open: z.boolean(),
  /** When it is next; null while it is open, or never. */
  opens_at: z.iso.datetime().nullable(),
  /** Whether an agent has the console open. */
  agents_online: z.boolean(),
});

/** A short line that a person writes about themselves. */
const line = (most: number) => written(most).refine((text) => !/[\n\t]/.test(text), 'expected one line');

const shared = { tag: 'chat', access: 'welcome' } as const;
export const ofSession = { params: z.object({ id: sessionId }) };
export const guestHeader = z.object({
  /** The guest's secret, where no cookie carries it. */
  'chat-secret': z.string().max(100).optional(),
});
const headers = guestHeader;

export const chatSessionRoutes = {
  availability: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-availability',
    summary: 'Whether somebody is there to chat with, and when somebody will be',
    access: 'public',
    answers: { 200: availability },
  }),
  open: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-sessions',
    summary:
      'Begin a chat, or get the one that is open; outside business hours with a message and an e-mail address',
    headers: z.object({
      ...guestHeader.shape,
      /**
       * A UUID, new for each chat. Sent again by the same visitor, it gives the same chat. A guest without a secret must
       * repeat the whole request within 15 minutes, with a message whose client_message_id is not part of the key.
       */
      'idempotency-key': z
        .string()
        .regex(/^[\x21-\x7e]{16,200}$/, 'expected 16 to 200 visible characters, such as a UUID')
        .optional(),
    }),
    body: z
      .strictObject({
        name: line(100).optional(),
        email: z.email().max(254).optional(),
        subject: line(200).optional(),
        message: z
          .strictObject({ client_message_id: clientMessageId, body: written(longestMessage) })
          .optional(),
        page: reportedPage.optional(),
        cart: reportedCart.optional(),
      })
      .default({}),
    // The longest message, with each character escaped, and a full cart.
    bodyBytes: 65_536,
    // 201: begun now. 200: it was open already.
    answers: { 201: madeSession, 200: madeSession },
    problems: [400, 401, 403, 409, 413, 415],
  }),
  active: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-sessions/active',
    summary: 'The visitor’s open chat',
    headers,
    answers: { 200: z.object({ session: wholeSession.nullable() }) },
    problems: [400, 401],
  }),
  one: route({
    ...shared,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id',
    summary: 'One chat with its newest messages; for its shopper and for staff',
    headers,
    answers: { 200: wholeSession },
    problems: [400, 401, 404],
  }),
  close: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/close',
    summary: 'End a chat for good; nothing more can be written in it',
    headers,
    answers: { 200: chatSession },
    problems: [400, 401, 403, 404, 409],
  }),
  reopen: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/reopen',
    summary: 'Go on with a resolved chat: a shopper’s goes into the queue, an agent’s is the agent’s',
    headers,
    answers: { 200: chatSession },
    problems: [400, 401, 403, 404, 409],
  }),
  context: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/context',
    summary: 'Say on which page the shopper is and what is in the cart',
    headers,
    body: z.strictObject({ page: reportedPage.optional(), cart: reportedCart.optional() }),
    answers: { 204: null },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
  ticket: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/ticket',
    summary: 'A ticket for one socket to this chat, for pages that have no cookie here',
    headers,
    answers: {
      201: z.object({
        /** The socket names it as a subprotocol, beside that of the protocol: `ticket.<ticket>`. */
        ticket: z.string(),
        expires_at: z.iso.datetime(),
      }),
    },
    problems: [400, 401, 403, 404],
  }),
};

/** Of one file. */
export const attachmentBytes = 5 * 1_024 * 1_024;
export const attachmentTypes = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
] as const;

export const chatMessageRoutes = {
  list: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-messages',
    summary: 'Messages of one chat after a number, in order; for its shopper and for staff',
    headers,
    query: z.object({
      session_id: sessionId,
      after: queryInteger(0, 999_999_999, 0),
      limit: queryInteger(1, 500, 100),
    }),
    answers: {
      200: z.object({
        messages: z.array(chatMessage),
        /** Whether there are more after these. */
        more: z.boolean(),
      }),
    },
    problems: [400, 401, 404],
  }),
  send: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-messages',
    summary: 'Send a message where no socket can be had; sent again with the same id it is stored once',
    headers,
    body: z.strictObject({ session_id: sessionId, message: outgoing }),
    bodyBytes: 32_768,
    // 201: stored now. 200: it was stored before.
    answers: { 201: chatMessage, 200: chatMessage },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
  read: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-messages/:id/mark_read',
    summary: 'Say that all messages up to this one were seen by the asking side',
    params: z.object({
      id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{1,9}$/, 'expected <session>-<seq>'),
    }),
    headers,
    answers: { 204: null },
    problems: [400, 401, 403, 404],
  }),
  upload: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/attachments',
    summary: 'Upload a picture (PNG, JPEG, GIF, WebP) or a PDF, to be sent with a message afterwards',
    headers: z.object({
      ...guestHeader.shape,
      /** What the file is called, as encodeURIComponent writes it. */
      'file-name': z.string().max(2_000).optional(),
    }),
    upload: { types: attachmentTypes, bytes: attachmentBytes },
    answers: { 201: attachment },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
  download: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-sessions/:id/attachments/:attachment_id',
    summary: 'An attachment; for those of the chat',
    params: z.object({ id: sessionId, attachment_id: z.uuid() }),
    headers,
    answers: { 200: z.string() },
    answerType: '*/*',
    problems: [400, 401, 404],
  }),
};
