// The chat routes for shoppers. A token, a cookie or the guest's secret identifies the sender; chats that do not belong
// to the sender get the same response as missing ones.
import { z } from 'zod';
import {
  attachment,
  chatMessage,
  clientMessageId,
  languageTag,
  outgoing,
  reportedCart,
  reportedPage,
  sessionId,
  written,
} from './chat-message.ts';
import { attachmentBytes, attachmentTypes } from './chat-values.ts';
import { queryInteger, route } from './route.ts';
import { maxMessageLength } from './text.ts';

export const chatState = z.enum(['waiting', 'active', 'resolved', 'closed']);

/** A chat as its shopper sees it. */
export const chatSession = z
  .object({
    id: z.uuid(),
    state: chatState,
    name: z.string().nullable(),
    email: z.string().nullable(),
    subject: z.string().nullable(),
    /** Started outside business hours. */
    left_offline: z.boolean(),
    /** The team that the chat is for; null: any agent. */
    team: z.string().nullable(),
    /** Name of the assigned agent. */
    agent_name: z.string().nullable(),
    last_seq: z.number().int(),
    /** Highest seq that the side has read. */
    shopper_read: z.number().int(),
    staff_read: z.number().int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ChatSession' });
export type WireSession = z.output<typeof chatSession>;

/** A chat with its newest messages, at most 100; GET /api/chat-messages returns the others. */
export const wholeSession = z.object({
  ...chatSession.shape,
  messages: z.array(chatMessage),
  /** Messages from the other side that the requesting side has not read. */
  unread_count: z.number().int(),
});
export type WholeSession = z.output<typeof wholeSession>;

const madeSession = z.object({
  ...wholeSession.shape,
  /** For guests without a cookie: on pages of other origins, or in browsers that keep none. Send it in the Chat-Secret header. */
  guest_secret: z.string().optional(),
});

const availability = z.object({
  /** Whether the chat is within business hours. */
  open: z.boolean(),
  /** Start of the next business hours; null while open, and when there are none. */
  opens_at: z.iso.datetime().nullable(),
  /** Whether an agent who is not away has the console open. */
  agents_online: z.boolean(),
  /** Whether replies are mailed to shoppers who have left and gave an address. */
  by_email: z.boolean(),
  /** Teams that the shopper may choose from; empty if there is no choice. */
  teams: z.array(z.object({ id: z.string(), name: z.string() })),
});

/** Id of a team, as `couture chat teams` shows it. */
export const teamId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'expected the id of a team, such as returns');

/** One line of text. */
const line = (most: number) => written(most).refine((text) => !/[\n\t]/.test(text), 'expected one line');

const shared = { tag: 'chat', access: 'welcome' } as const;
export const ofSession = { params: z.object({ id: sessionId }) };
export const guestHeader = z.object({
  /** The guest's secret, for pages without the cookie; `none` when starting a chat in a browser that keeps no cookies. */
  'chat-secret': z.string().max(100).optional(),
});
const headers = guestHeader;

export const chatSessionRoutes = {
  availability: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-availability',
    summary: 'Read whether the chat is open, when it opens next, and whether agents are online',
    access: 'public',
    answers: { 200: availability },
  }),
  open: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-sessions',
    summary:
      'Start a chat or get the open one; outside business hours, a message and an e-mail address are required',
    headers: z.object({
      ...guestHeader.shape,
      /**
       * A UUID, new for each chat. A retry by the same visitor with the same key gets the same chat. A guest without a
       * secret must repeat the whole request within 15 minutes, with a message whose client_message_id is not part of the key.
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
        /** The team, as chosen or as the page names it. One that takes no chats from shoppers, or is gone, counts as none. */
        team: teamId.optional(),
        /** Language of the shopper, in which the chat's mails are written; default: the shop's. */
        locale: languageTag.optional(),
        message: z
          .strictObject({ client_message_id: clientMessageId, body: written(maxMessageLength) })
          .optional(),
        page: reportedPage.optional(),
        cart: reportedCart.optional(),
        /** Synonyms of `name` and `page`, which the clients of the original specification send. */
        guest_name: line(100).optional(),
        current_page: reportedPage.optional(),
      })
      .transform(({ guest_name, current_page, ...body }) => {
        const [name, page] = [body.name ?? guest_name, body.page ?? current_page];
        return {
          ...body,
          ...(name === undefined ? {} : { name }),
          ...(page === undefined ? {} : { page }),
        };
      })
      .prefault({}),
    // Fits the longest message with each character escaped, and a full cart.
    bodyBytes: 65_536,
    // 201: started by this request. 200: already open.
    answers: { 201: madeSession, 200: madeSession },
    problems: [400, 401, 403, 409, 413, 415],
  }),
  active: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-sessions/active',
    summary: 'Read the visitor’s open chat',
    headers,
    answers: { 200: z.object({ session: wholeSession.nullable() }) },
    problems: [400, 401],
  }),
  one: route({
    ...shared,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id',
    summary: 'Read a chat with its newest messages, as its shopper or as staff',
    headers,
    answers: { 200: wholeSession },
    problems: [400, 401, 404],
  }),
  close: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/close',
    summary: 'Close a chat for good; it accepts no further messages',
    headers,
    answers: { 200: chatSession },
    problems: [400, 401, 403, 404, 409],
  }),
  reopen: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/reopen',
    summary: 'Reopen a resolved chat: by its shopper into the queue, by an agent assigned to that agent',
    headers,
    answers: { 200: chatSession },
    problems: [400, 401, 403, 404, 409],
  }),
  context: route({
    ...shared,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/context',
    summary: 'Report the shopper’s current page and cart',
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
    summary: 'Create a ticket for one socket to this chat, for pages without a session cookie',
    headers,
    answers: {
      201: z.object({
        /** Offer it as a second subprotocol of the socket: `ticket.<ticket>`. */
        ticket: z.string(),
        expires_at: z.iso.datetime(),
      }),
    },
    problems: [400, 401, 403, 404],
  }),
};

export const chatMessageRoutes = {
  list: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-messages',
    summary: 'List the messages of a chat after a sequence number, in order, as its shopper or as staff',
    headers,
    query: z.object({
      session_id: sessionId,
      after: queryInteger(0, 999_999_999, 0),
      limit: queryInteger(1, 500, 100),
    }),
    answers: {
      200: z.object({
        messages: z.array(chatMessage),
        /** Whether more messages follow. */
        more: z.boolean(),
      }),
    },
    problems: [400, 401, 404],
  }),
  send: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-messages',
    summary: 'Send a message without a socket; retries with the same id store it only once',
    headers,
    body: z.strictObject({ session_id: sessionId, message: outgoing }),
    bodyBytes: 32_768,
    // 201: stored by this request. 200: already stored.
    answers: { 201: chatMessage, 200: chatMessage },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
  read: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-messages/:id/mark_read',
    summary: 'Mark all messages up to this one as read',
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
    summary: 'Upload a picture (PNG, JPEG, GIF, WebP) or a PDF to send in a message afterwards',
    headers: z.object({
      ...guestHeader.shape,
      /** File name, encoded with encodeURIComponent. */
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
    summary: 'Download an attachment, as a participant of the chat',
    params: z.object({ id: sessionId, attachment_id: z.uuid() }),
    headers,
    answers: { 200: z.string() },
    answerType: '*/*',
    problems: [400, 401, 404],
  }),
};
