// The routes for what a shopper says about a chat that has ended.
import { z } from 'zod';
import { written } from './chat-message.ts';
import { chatSessionRoutes, ofSession } from './chat-session.ts';
import { maxCommentLength, maxScore } from './chat-values.ts';
import { route } from './route.ts';

export const chatRating = z
  .object({
    /** From 1, very bad, to 5, very good. */
    score: z.number().int().min(1).max(maxScore),
    comment: z.string().nullable(),
    rated_at: z.iso.datetime(),
    /** Until when the shopper can change it. */
    changeable_until: z.iso.datetime(),
  })
  .meta({ id: 'ChatRating' });
export type WireRating = z.output<typeof chatRating>;

const shared = {
  ...ofSession,
  path: '/api/chat-sessions/:id/rating',
  tag: 'chat',
  access: 'welcome',
  headers: chatSessionRoutes.one.headers,
} as const;

export const chatRatingRoutes = {
  read: route({
    ...shared,
    method: 'GET',
    summary: 'Read the rating of a chat, as its shopper or as staff',
    answers: { 200: z.object({ rating: chatRating.nullable() }) },
    problems: [400, 401, 404],
  }),
  write: route({
    ...shared,
    method: 'POST',
    summary:
      'Rate a chat that was resolved or has ended, as its shopper; the rating can be changed for a day',
    body: z.strictObject({
      score: z.number().int().min(1).max(maxScore),
      comment: written(maxCommentLength).optional(),
    }),
    answers: { 200: chatRating },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
};
