// The routes for labels on chats. Shoppers never see labels.
import { z } from 'zod';
import { written } from './chat-message.ts';
import { ofSession } from './chat-session.ts';
import { maxLabelLength } from './chat-values.ts';
import { route } from './route.ts';

export const chatLabel = z
  .object({
    id: z.number().int(),
    name: z.string(),
  })
  .meta({ id: 'ChatLabel' });
export type WireLabel = z.output<typeof chatLabel>;

const countedLabel = z.object({
  ...chatLabel.shape,
  /** Chats that have it, ended ones included. */
  chats: z.number().int(),
});
export type CountedLabel = z.output<typeof countedLabel>;

/** A name on one line, of a label or a filter. */
export const shortName = written(200)
  .overwrite((name) => name.replaceAll(/\s+/g, ' ').trim())
  .refine((name) => [...name].length <= maxLabelLength, `expected at most ${maxLabelLength} characters`);

export const labelId = z.string().regex(/^\d{1,9}$/, 'expected a whole number');
const staff = { tag: 'chat console', access: 'staff' } as const;
const labels = z.object({ labels: z.array(chatLabel) });

export const chatLabelRoutes = {
  list: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-labels',
    summary: 'List the labels of chats, those used most often first',
    answers: { 200: z.object({ labels: z.array(countedLabel) }) },
    problems: [401, 403],
  }),
  add: route({
    ...staff,
    ...ofSession,
    method: 'POST',
    path: '/api/chat-sessions/:id/labels',
    summary: 'Put a label on a chat; its first use creates it',
    body: z.strictObject({
      name: shortName,
    }),
    answers: { 200: labels },
    problems: [400, 401, 403, 404, 409, 413, 415],
  }),
  remove: route({
    ...staff,
    method: 'DELETE',
    path: '/api/chat-sessions/:id/labels/:label',
    summary: 'Take a label off a chat; its last use removes it',
    params: z.object({ ...ofSession.params.shape, label: labelId }),
    answers: { 200: labels },
    problems: [400, 401, 403, 404],
  }),
};
