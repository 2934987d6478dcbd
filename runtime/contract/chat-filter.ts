// The routes for filters of the console's lists, which each agent saves for themselves.
import { z } from 'zod';
import { shortName } from './chat-label.ts';
import { written } from './chat-message.ts';
import { teamId } from './chat-session.ts';
import { route } from './route.ts';

const list = z.enum(['queue', 'mine', 'snoozed', 'all']);

const chatFilter = z
  .object({
    id: z.number().int(),
    name: z.string(),
    list,
    team: z.string().nullable(),
    /** Id of a label. */
    label: z.number().int().nullable(),
    /** Words to search for. */
    search: z.string().nullable(),
  })
  .meta({ id: 'ChatFilter' });
export type WireFilter = z.output<typeof chatFilter>;

const staff = { tag: 'chat console', access: 'staff' } as const;

export const chatFilterRoutes = {
  list: route({
    ...staff,
    method: 'GET',
    path: '/api/chat-filters',
    summary: 'List your saved filters',
    answers: { 200: z.object({ filters: z.array(chatFilter) }) },
    problems: [401, 403],
  }),
  save: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-filters',
    summary: 'Save a filter of the lists, or replace your filter with this name',
    body: z.strictObject({
      name: shortName,
      list,
      team: teamId.optional(),
      label: z.number().int().min(1).max(2_147_483_647).optional(),
      search: written(200).optional(),
    }),
    answers: { 200: chatFilter },
    problems: [400, 401, 403, 409, 413, 415],
  }),
  remove: route({
    ...staff,
    method: 'DELETE',
    path: '/api/chat-filters/:id',
    summary: 'Remove a saved filter',
    params: z.object({ id: z.string().regex(/^\d{1,9}$/, 'expected a whole number') }),
    answers: { 204: null },
    problems: [400, 401, 403, 404],
  }),
};
