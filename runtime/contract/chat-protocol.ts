// The protocol of chat sockets, version 1: every frame in both directions, as JSON text. Unknown frames are ignored.
//
//   wss://shop/ws/chat/<session id>   one chat, for its shopper or staff
//   wss://shop/ws/console             the queue and any number of chats, for agents
//
// The client offers the subprotocol `couture.chat.v1`, and also `ticket.<ticket>` if it has no session cookie. Its
// first frame names the last message it has (`resume`, or `watch` for each chat of a console). The server sends the
// rest in order, then `live`, then new messages. Nothing is lost or duplicated if the client does so after each
// reconnect and retries each `send` with the same client_message_id until `ack`, or a `nack` with `retry: false`.
import { z } from 'zod';
import { agentState, listedSession, note } from './chat-console.ts';
import {
  chatMessage,
  clientMessageId,
  outgoing,
  reportedCart,
  reportedPage,
  sessionId,
} from './chat-message.ts';
import { chatSession } from './chat-session.ts';

export const chatSubprotocol = 'couture.chat.v1';
/** Prefix of the subprotocol that carries a ticket. */
export const ticketPrefix = 'ticket.';
/** Maximum size of a frame from a client, in bytes. */
export const maxFrameBytes = 32_768;

const seq = z.number().int().min(0).max(999_999_999);

/** Frames from the client on a chat socket. */
export const fromChat = z.discriminatedUnion('type', [
  /** Must come first: the seq of the last message that the client has; 0: none. */
  z.strictObject({ type: z.literal('resume'), after: seq }),
  z.strictObject({ type: z.literal('send'), message: outgoing }),
  /** All messages up to this one were read. */
  z.strictObject({ type: z.literal('read'), seq }),
  z.strictObject({ type: z.literal('typing'), on: z.boolean() }),
  /** The shopper's current page and cart. */
  z.strictObject({
    type: z.literal('context'),
    page: reportedPage.optional(),
    cart: reportedCart.optional(),
  }),
  /** Whether the shopper's page is in the foreground; until the first such frame it counts as if it were. */
  z.strictObject({ type: z.literal('visible'), on: z.boolean() }),
  /** Answered with `pong`. Scripts in browsers cannot send WebSocket pings. */
  z.strictObject({ type: z.literal('ping') }),
]);
export type FromChat = z.output<typeof fromChat>;

/** Frames from the client on a console socket. */
export const fromConsole = z.discriminatedUnion('type', [
  /** Subscribe to a chat: its messages after `after`, then everything that happens in it. */
  z.strictObject({ type: z.literal('watch'), session_id: sessionId, after: seq }),
  z.strictObject({ type: z.literal('unwatch'), session_id: sessionId }),
  z.strictObject({ type: z.literal('send'), session_id: sessionId, message: outgoing }),
  z.strictObject({ type: z.literal('read'), session_id: sessionId, seq }),
  z.strictObject({ type: z.literal('typing'), session_id: sessionId, on: z.boolean() }),
  /** Whether the page is in the foreground; until the first such frame it counts as in the background. */
  z.strictObject({ type: z.literal('visible'), on: z.boolean() }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type FromConsole = z.output<typeof fromConsole>;

/** Why a message was not stored → whether to retry it unchanged. */
export const nackCodes = {
  /** The chat is closed. */
  closed: false,
  /** The agent is not assigned to the chat. */
  not_assigned: false,
  /** The chat no longer exists. */
  unknown: false,
  /** The attachment belongs to another chat or side, or was already sent. */
  no_attachment: false,
  /** The shop has no such product, or the sender is a shopper. */
  no_product: false,
  /** The message does not match the protocol: too long, without visible text, or not storable. */
  invalid: false,
  /** Another sender already used this client_message_id in the chat. */
  id_taken: false,
  /** The sender exceeds the rate limit; `retry_after` says when to retry. */
  too_many: true,
  /** The database is unavailable, so it is unknown whether the message was stored. Retrying with the same id is safe. */
  unavailable: true,
} as const satisfies Record<string, boolean>;
export type NackCode = keyof typeof nackCodes;

const about = { session_id: z.uuid() };

/** Frames from the server on both kinds of sockets. */
export const fromServer = z.discriminatedUnion('type', [
  /** A page of earlier messages, in order; more pages follow until `live`. */
  z.object({ type: z.literal('messages'), ...about, messages: z.array(chatMessage) }),
  /** All messages up to `seq` have been sent; from now on, messages arrive as they are stored. */
  z.object({ type: z.literal('live'), ...about, seq, session: chatSession }),
  z.object({ type: z.literal('message'), message: chatMessage }),
  /** The message is committed. The message itself arrives as well, in its order. */
  z.object({ type: z.literal('ack'), client_message_id: clientMessageId, seq, created_at: z.iso.datetime() }),
  z.object({
    type: z.literal('nack'),
    client_message_id: clientMessageId,
    code: z.enum(Object.keys(nackCodes) as [NackCode, ...NackCode[]]),
    retry: z.boolean(),
    /** In seconds. */
    retry_after: z.number().optional(),
    /** Why the message is invalid, for developers. */
    detail: z.string().optional(),
  }),
  /** The server ignored a frame that is not in this protocol. An invalid message gets a nack instead. */
  z.object({ type: z.literal('bad_frame'), detail: z.string() }),
  /** The state, the agent or the read marks changed. */
  z.object({ type: z.literal('session'), session: chatSession }),
  z.object({
    type: z.literal('typing'),
    ...about,
    side: z.enum(['shopper', 'staff']),
    name: z.string().nullable(),
    on: z.boolean(),
  }),
  z.object({ type: z.literal('pong') }),
]);
export type FromServer = z.output<typeof fromServer>;

/** Further frames from the server on console sockets. */
export const toConsole = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), sub: z.string(), name: z.string().nullable() }),
  /** Whether you are available, as you chose it here or on another page. */
  z.object({ type: z.literal('state'), state: agentState }),
  /** New or changed chats, as lists show them. */
  z.object({ type: z.literal('sessions'), sessions: z.array(listedSession) }),
  /** The chat does not exist, or no longer. */
  z.object({ type: z.literal('gone'), ...about }),
  /** Private notes on a watched chat: first all, then new ones. */
  z.object({ type: z.literal('notes'), ...about, notes: z.array(note) }),
  /** Agents who have a watched chat open, including the recipient. */
  z.object({
    type: z.literal('viewing'),
    ...about,
    agents: z.array(z.object({ sub: z.string(), name: z.string().nullable() })),
  }),
  /** Whether the shopper of a watched chat has it open. */
  z.object({ type: z.literal('presence'), ...about, online: z.boolean() }),
]);
export type ToConsole = z.output<typeof toConsole>;

/** Why the server closes a socket, and when to reconnect: at once, after a pause, after signing in, or not at all. */
export const closeCodes = {
  draining: {
    code: 4001,
    comeBack: 'at once',
    doc: 'the process is shutting down and another one takes over; reconnect after a random part of a second',
  },
  slow: {
    code: 4002,
    comeBack: 'at once',
    doc: 'the client read too slowly; it can resume where it was',
  },
  silent: { code: 4003, comeBack: 'at once', doc: 'the client did not answer pings or sent no first frame' },
  failed: {
    code: 4004,
    comeBack: 'after a pause',
    doc: 'the server could not continue, for example without its database',
  },
  flood: {
    code: 4005,
    comeBack: 'after a pause',
    doc: 'the client sent far more frames than a person would',
  },
  bad_frame: {
    code: 4006,
    comeBack: 'after a pause',
    doc: 'the client sent many frames that are not in this protocol, because of a bug',
  },
  expired: { code: 4401, comeBack: 'after signing in', doc: 'the token has expired' },
  revoked: { code: 4403, comeBack: 'no', doc: 'access was revoked' },
  gone: { code: 4404, comeBack: 'no', doc: 'the chat was deleted' },
} as const satisfies Record<string, CloseRow>;
export type CloseReason = keyof typeof closeCodes;

interface CloseRow {
  readonly code: number;
  readonly comeBack: 'at once' | 'after a pause' | 'after signing in' | 'no';
  readonly doc: string;
}
