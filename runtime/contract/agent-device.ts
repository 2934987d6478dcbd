// The routes with which an agent's browser asks for push messages while the console is closed.
import { z } from 'zod';
import { pushRoutes, subscriptionKeys } from './push.ts';
import { route } from './route.ts';

const staff = { tag: 'chat console', access: 'staff' } as const;

export const agentDeviceRoutes = {
  save: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-agents/me/devices',
    summary:
      'Notify this browser of your chats while the console is closed, until the token expires or you sign out',
    body: z.strictObject(subscriptionKeys),
    answers: { 204: null },
    problems: [400, 401, 403, 413, 415],
  }),
  remove: route({
    ...staff,
    method: 'POST',
    path: '/api/chat-agents/me/devices/remove',
    summary: 'Stop notifying this browser; a no-op if it is not yours',
    body: pushRoutes.remove.body,
    answers: { 204: null },
    problems: [400, 401, 403, 413, 415],
  }),
};
