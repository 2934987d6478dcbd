// The routes for what agents do later: snoozed chats, and replies that are sent at a time.
import { z } from 'zod';
import { clientMessageId, written } from './chat-message.ts';
import { chatSession, ofSession } from './chat-session.ts';
import { route } from './route.ts';
import { maxMessageLength } from './text.ts';

const staff = { tag: 'chat console', access: 'staff' } as const;

const scheduledReply = z
  .object({
    /** The message gets it as its client_message_id. */
    id: z.uuid(),
    body: z.string(),
    sender_name: z.string().nullable(),
    /** Whether it is yours to change. */
    mine: z.boolean(),
    send_at: z.iso.datetime(),
    /** Why it waits for its agent instead of being sent: the shopper wrote first, or the chat is no longer the agent's. */
    held: z.enum(['shopper_wrote', 'not_assigned']).nullable(),
  })
  .meta({ id: 'ScheduledReply' });
export type WireScheduled = z.output<typeof scheduledReply>;

const times = z.object({
  /** When the shop opens next. */
  opening: z.iso.datetime(),
  /** When it opens tomorrow or, if it is closed then, on the next day on which it does. */
  tomorrow: z.iso.datetime(),
  /** The same from Monday of next week on. */
  next_week: z.iso.datetime(),
});
export type LaterTimes = z.output<typeof times>;

const plan = { body: written(maxMessageLength), send_at: z.iso.datetime() };
const ofReply = { params: z.object({ ...ofSession.params.shape, reply: clientMessageId }) };
const problems = [400, 401, 403, 404, 409, 413, 415, 429] as const;

export const chatLaterRoutes = {
  times: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-console/times',
    summary: 'Read when the shop opens next, tomorrow and next week, for snoozed chats and scheduled replies',
    answers: { 200: times },
    problems: [401, 403],
  }),
  snooze: route({
    ...staff,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/snooze',
    summary: 'Put your own chat aside until a time or until its shopper writes; null takes it back',
    body: z.strictObject({ until: z.iso.datetime().nullable() }),
    answers: { 200: chatSession },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
  scheduled: route({
    ...staff,
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/scheduled',
    summary: 'List the scheduled replies of a chat',
    answers: { 200: z.object({ replies: z.array(scheduledReply) }) },
    problems: [400, 401, 403, 404],
  }),
  schedule: route({
    ...staff,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/scheduled',
    summary: 'Send a reply in your own chat at a time; a shopper who writes first holds it',
    body: z.strictObject({ client_message_id: clientMessageId, ...plan }),
    bodyBytes: 32_768,
    answers: { 201: scheduledReply },
    problems,
  }),
  reschedule: route({
    ...staff,
    ...ofReply,
    method: 'POST',
    path: '/api/chat-sessions/:id/scheduled/:reply',
    summary: 'Change your scheduled reply, or release it if it is held',
    body: z.strictObject(plan),
    bodyBytes: 32_768,
    answers: { 200: scheduledReply },
    problems,
  }),
  unschedule: route({
    ...staff,
    ...ofReply,
    method: 'DELETE',
    path: '/api/chat-sessions/:id/scheduled/:reply',
    summary: 'Cancel a scheduled reply',
    answers: { 204: null },
    problems: [400, 401, 403, 404],
  }),
};
