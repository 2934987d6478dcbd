// The protocol of chat sockets, version 1: every frame of both ways, as JSON text. What is not here is ignored.
//
//   wss://shop/ws/chat/<session id>   one chat; its shopper, or staff
//   wss://shop/ws/console             agents: the queue, and any number of chats
//
// The client names the subprotocol `couture.chat.v1`, and with it `ticket.<ticket>` where it has no cookie here. Its
// first frame says which message it has seen last (`resume`, or `watch` for each chat of a console); it is sent the
// rest in order, then `live`, then what is new. Nothing is lost or doubled if it does so after each reconnect, and
// repeats each `send` with the same client_message_id until `ack` or a `nack` that says not to.
import { z } from 'zod';
import { listedSession, note } from './chat-console.ts';
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
/** Before a ticket, in the name of a subprotocol. */
export const ticketPrefix = 'ticket.';
/** Bytes of one frame from a client. */
export const longestFrame = 32_768;

const seq = z.number().int().min(0).max(999_999_999);

/** What a client says on a socket of one chat. */
export const fromChat = z.discriminatedUnion('type', [
  /** First of all: the seq of the last message that it has; 0: none. */
  z.strictObject({ type: z.literal('resume'), after: seq }),
  z.strictObject({ type: z.literal('send'), message: outgoing }),
  /** All up to this one were seen. */
  z.strictObject({ type: z.literal('read'), seq }),
  z.strictObject({ type: z.literal('typing'), on: z.boolean() }),
  /** Shoppers: where they are and what is in the cart. */
  z.strictObject({
    type: z.literal('context'),
    page: reportedPage.optional(),
    cart: reportedCart.optional(),
  }),
  /** Is anybody there? `pong` comes back. Browsers cannot send the protocol's own. */
  z.strictObject({ type: z.literal('ping') }),
]);
export type FromChat = z.output<typeof fromChat>;

/** What a client says on a socket of the console. */
export const fromConsole = z.discriminatedUnion('type', [
  /** Look at a chat: its messages after `after`, and all that happens in it. */
  z.strictObject({ type: z.literal('watch'), session_id: sessionId, after: seq }),
  z.strictObject({ type: z.literal('unwatch'), session_id: sessionId }),
  z.strictObject({ type: z.literal('send'), session_id: sessionId, message: outgoing }),
  z.strictObject({ type: z.literal('read'), session_id: sessionId, seq }),
  z.strictObject({ type: z.literal('typing'), session_id: sessionId, on: z.boolean() }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type FromConsole = z.output<typeof fromConsole>;

/** Why a message was not stored, and whether it may be sent again as it is. */
export const nackCodes = {
  /** The chat is over. */
  closed: false,
  /** An agent wrote in a chat that is not theirs. */
  not_assigned: false,
  /** There is no such chat any more. */
  unknown: false,
  /** The attachment is not of this chat and side, or was sent before. */
  no_attachment: false,
  /** The shop has no such product, or a shopper sent one. */
  no_product: false,
  /** It does not fit the protocol: too long, nothing to see in it, or text that cannot be stored. */
  invalid: false,
  /** Another sender used this client_message_id in the chat. */
  id_taken: false,
  /** More than one person may send; `retry_after` says when to go on. */
  too_many: true,
  /** The database is away for a moment. Whether it was stored is not known; the same id makes it safe. */
  unavailable: true,
} as const satisfies Record<string, boolean>;
export type NackCode = keyof typeof nackCodes;

const about = { session_id: z.uuid() };

/** What the server says, on both kinds of sockets. */
export const fromServer = z.discriminatedUnion('type', [
  /** Messages from before, in order; more pages follow until `live`. */
  z.object({ type: z.literal('messages'), ...about, messages: z.array(chatMessage) }),
  /** All up to `seq` has been sent; from now on messages come as they are stored. */
  z.object({ type: z.literal('live'), ...about, seq, session: chatSession }),
  z.object({ type: z.literal('message'), message: chatMessage }),
  /** Stored for good. The message itself comes too, in its place. */
  z.object({ type: z.literal('ack'), client_message_id: clientMessageId, seq, created_at: z.iso.datetime() }),
  z.object({
    type: z.literal('nack'),
    client_message_id: clientMessageId,
    code: z.enum(Object.keys(nackCodes) as [NackCode, ...NackCode[]]),
    retry: z.boolean(),
    /** Seconds. */
    retry_after: z.number().optional(),
    /** Of an invalid one: what does not fit, for developers. */
    detail: z.string().optional(),
  }),
  /** A frame was ignored, since it is not in this protocol; a message that does not fit gets a nack instead. */
  z.object({ type: z.literal('bad_frame'), detail: z.string() }),
  /** State, agent or read marks have changed. */
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

/** What the server says beside that on sockets of the console. */
export const toConsole = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), sub: z.string(), name: z.string().nullable() }),
  /** Chats that are new or have changed, as lists show them. */
  z.object({ type: z.literal('sessions'), sessions: z.array(listedSession) }),
  /** There is no such chat, or no more. */
  z.object({ type: z.literal('gone'), ...about }),
  /** Private notes of a watched chat: all of them, then new ones. */
  z.object({ type: z.literal('notes'), ...about, notes: z.array(note) }),
  /** Who looks at a watched chat; the own person among them. */
  z.object({
    type: z.literal('viewing'),
    ...about,
    agents: z.array(z.object({ sub: z.string(), name: z.string().nullable() })),
  }),
  /** Whether the shopper of a watched chat has it open. */
  z.object({ type: z.literal('presence'), ...about, online: z.boolean() }),
]);
export type ToConsole = z.output<typeof toConsole>;

/** Why the server ends a socket, and whether to come back: at once, after a pause, after signing in, or not at all. */
export const closeCodes = {
  draining: {
    code: 4001,
    comeBack: 'at once',
    doc: 'this process stops; another one takes over. Wait a random part of a second',
  },
  slow: {
    code: 4002,
    comeBack: 'at once',
    doc: 'the client did not read what it was sent; it resumes where it was',
  },
  silent: { code: 4003, comeBack: 'at once', doc: 'no answer to pings, or no first frame' },
  failed: {
    code: 4004,
    comeBack: 'after a pause',
    doc: 'the server could not go on, such as without its database',
  },
  flood: { code: 4005, comeBack: 'after a pause', doc: 'many more frames than a person sends' },
  bad_frame: {
    code: 4006,
    comeBack: 'after a pause',
    doc: 'many frames that are not in this protocol: an error of the client',
  },
  expired: { code: 4401, comeBack: 'after signing in', doc: 'the token has expired' },
  revoked: { code: 4403, comeBack: 'no', doc: 'the right to be here was taken away' },
  gone: { code: 4404, comeBack: 'no', doc: 'the chat was removed' },
} as const satisfies Record<string, CloseRow>;
export type CloseReason = keyof typeof closeCodes;

interface CloseRow {
  readonly code: number;
  readonly comeBack: 'at once' | 'after a pause' | 'after signing in' | 'no';
  readonly doc: string;
}
