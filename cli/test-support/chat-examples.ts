// Valid and invalid requests to the chat routes, for chats with fixed ids.

import type { Client } from '../../sql/pool.ts';
import { agentDevice } from './push-examples.ts';

interface Example {
  readonly path: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
type Headers = Record<string, string>;

const chat = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
const unknown = '00000000-0000-4000-8000-0000000000ff';
const [open, waiting, resolved, ending, picture, ended, busy] = [1, 2, 3, 4, 5, 6, 7].map(chat) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const message = (last: number) => `10000000-0000-4000-8000-00000000000${last}`;

const later = { body: 'Good morning', send_at: new Date(Date.now() + 3_600_000).toISOString() };

/** Chats of customer 7; the first is assigned to the agent `agent-of-today`. */
export async function seedChats(client: Client): Promise<void> {
  await client.query(
    `insert into couture.chat_session (session_id, visitor_key, customer_id, name, state, assigned_to, cart) values
       ('${open}', 'customer:7', '7', 'Seven', 'active', 'agent-of-today', '[{"product_id": "6", "quantity": 2}]'),
       ('${waiting}', 'customer:8', '8', 'Eight', 'waiting', null, '[]'),
       ('${resolved}', 'sub:nobody', null, 'Nine', 'resolved', null, '[]'),
       ('${ending}', 'sub:else', null, 'Ten', 'waiting', null, '[]'),
       ('${ended}', 'customer:7', '7', 'Seven', 'closed', null, '[]'),
       ('${busy}', 'sub:busy', null, 'Twelve', 'active', 'agent-of-today', '[]');
     insert into couture.chat_attachment (attachment_id, session_id, side, uploader, type, name, bytes, content)
       values ('${picture}', '${open}', 'shopper', 'customer:7', 'image/gif', 'a.gif', 6, 'GIF89a');
     insert into couture.chat_invite (invite_id, holdout, texts) values ('help', 0, '{"en": "Any questions?"}');
     insert into couture.chat_agent (sub, name) values ('agent-of-today', 'Anna'), ('another-agent', 'Bert');
     insert into couture.chat_reply (shortcut, body, updated_by) values ('hello', 'Hello!', 'anna')`,
  );
  await client.query(
    `select couture.append_chat_messages(array['${open}', '${waiting}', '${resolved}']::uuid[],
       array['${message(0)}', '${message(0)}', '${message(0)}']::uuid[], array['shopper', 'shopper', 'shopper'], array[null, null, null]::text[],
       array[null, null, null]::text[], array['text', 'text', 'text'], array['a', 'b', 'c'], array[null, null, null]::text[], array[null, null, null]::uuid[])`,
  );
  await client.query(`update couture.chat_session set state = 'resolved' where session_id = '${resolved}'`);
}

/**
 * @param mine headers of customer 7
 * @param staff headers of agent-of-today
 * @param admin headers of an admin
 */
export function chatExamples(mine: Headers, staff: Headers, admin: Headers) {
  const forged = { Authorization: 'Bearer a.b.c' };
  const [of, no] = [`/api/chat-sessions/${open}`, `/api/chat-sessions/${unknown}`];
  const bad = '/api/chat-sessions/seven';
  /** Requests that every route for a single chat refuses. */
  const refusals = (rest: string, body?: unknown): Example[] => {
    const sent = body === undefined ? {} : { body };
    return [
      { path: no + rest, status: 404, headers: staff, ...sent },
      { path: bad + rest, status: 400, headers: staff, ...sent },
      { path: of + rest, status: 401, headers: forged, ...sent },
    ];
  };
  const staffOnly = (path: string, status: number, body?: unknown): Example[] => {
    const sent = body === undefined ? {} : { body };
    return [
      { path, status, headers: staff, ...sent },
      { path, status: 403, headers: mine, ...sent },
      { path, status: 401, ...sent },
    ];
  };
  const rule = {
    ...{ enabled: false, path: '/*', idle: 20, min_cart: null, returning: false, team: null },
    ...{ holdout: 0.1, texts: { en: 'Any questions?' } },
  };
  const rules = '/api/chat-invite-rules';
  const adminOnly = (path: string, status: number, body?: unknown): Example[] => {
    const sent = body === undefined ? {} : { body };
    return [
      { path, status, headers: admin, ...sent },
      { path, status: 403, headers: staff, ...sent },
      { path, status: 401, ...sent },
    ];
  };
  return {
    chatAvailability: [{ path: '/api/chat-availability', status: 200 }],
    openChat: [
      { path: '/api/chat-sessions', status: 201, body: { name: 'Guest', page: '/p/1?x=1' } },
      { path: '/api/chat-sessions', status: 200, headers: mine, body: {} },
      { path: '/api/chat-sessions', status: 400, body: { is_staff: true } },
      { path: '/api/chat-sessions', status: 401, headers: forged, body: {} },
    ],
    activeChat: [
      { path: '/api/chat-sessions/active', status: 200 },
      { path: '/api/chat-sessions/active', status: 200, headers: mine },
      { path: '/api/chat-sessions/active', status: 400, headers: { 'Chat-Secret': 'x'.repeat(101) } },
      { path: '/api/chat-sessions/active', status: 401, headers: forged },
    ],
    readChat: [{ path: of, status: 200, headers: mine }, { path: of, status: 404 }, ...refusals('')],
    closeChat: [
      { path: `/api/chat-sessions/${ending}/close`, status: 200, headers: staff },
      { path: `/api/chat-sessions/${ending}/close`, status: 409, headers: staff },
      ...refusals('/close'),
    ],
    reopenChat: [
      { path: `/api/chat-sessions/${resolved}/reopen`, status: 200, headers: staff },
      { path: `${of}/reopen`, status: 409, headers: mine },
      ...refusals('/reopen'),
    ],
    tellChatContext: [
      { path: `${of}/context`, status: 204, headers: mine, body: { cart: [{ product_id: 6, quantity: 1 }] } },
      ...refusals('/context', {}),
    ],
    chatTicket: [{ path: `${of}/ticket`, status: 201, headers: mine }, ...refusals('/ticket')],
    chatMessages: [
      { path: `/api/chat-messages?session_id=${open}&after=0&limit=3`, status: 200, headers: mine },
      { path: `/api/chat-messages?session_id=${open}`, status: 404 },
      { path: '/api/chat-messages?session_id=7', status: 400, headers: mine },
      { path: `/api/chat-messages?session_id=${open}`, status: 401, headers: forged },
    ],
    sendChatMessage: [
      { path: '/api/chat-messages', status: 201, headers: mine, body: sent(open, { body: 'Hello' }) },
      { path: '/api/chat-messages', status: 200, headers: mine, body: sent(open, { body: 'Hello' }) },
      { path: '/api/chat-messages', status: 400, headers: mine, body: sent(open, { body: ' ' }) },
      { path: '/api/chat-messages', status: 404, headers: mine, body: sent(waiting, { body: 'Hello' }) },
      { path: '/api/chat-messages', status: 401, headers: forged, body: sent(open, { body: 'Hello' }) },
      { path: '/api/chat-messages', status: 409, headers: staff, body: sent(waiting, { body: 'Hello' }) },
    ],
    markChatRead: [
      { path: `/api/chat-messages/${open}-1/mark_read`, status: 204, headers: mine },
      { path: `/api/chat-messages/${waiting}-1/mark_read`, status: 404, headers: mine },
      { path: '/api/chat-messages/1/mark_read', status: 400, headers: mine },
      { path: `/api/chat-messages/${open}-1/mark_read`, status: 401, headers: forged },
    ],
    uploadChatAttachment: [
      {
        path: `${of}/attachments`,
        status: 201,
        headers: { ...mine, 'File-Name': 'a.gif' },
        raw: `GIF89a\x01\0\x01\0${'x'.repeat(20)}`,
      },
      {
        path: `${of}/attachments`,
        status: 415,
        headers: mine,
        raw: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      },
      ...refusals('/attachments'),
    ],
    chatAttachment: [
      { path: `${of}/attachments/${picture}`, status: 200, headers: mine },
      { path: `${of}/attachments/${unknown}`, status: 404, headers: mine },
      { path: `${of}/attachments/${picture}`, status: 404, headers: staff },
      { path: `${of}/attachments/7`, status: 400, headers: mine },
      { path: `${of}/attachments/${picture}`, status: 401, headers: forged },
    ],
    listChats: [
      { path: '/api/chat-sessions', status: 200 },
      { path: '/api/chat-sessions', status: 200, headers: mine },
      { path: '/api/chat-sessions?list=queue&limit=1', status: 200, headers: staff },
      { path: '/api/chat-sessions?q=a', status: 200, headers: staff },
      { path: '/api/chat-sessions?list=none', status: 400, headers: staff },
      { path: '/api/chat-sessions?cursor=nonsense', status: 400, headers: staff },
      { path: '/api/chat-sessions?label=1', status: 200, headers: staff },
      { path: '/api/chat-sessions?label=refund', status: 400, headers: staff },
      { path: '/api/chat-sessions', status: 401, headers: forged },
    ],
    assignChat: [
      ...staffOnly(`/api/chat-sessions/${waiting}/assign`, 200),
      { path: `/api/chat-sessions/${waiting}/assign`, status: 409, headers: staff },
      ...refusals('/assign'),
    ],
    transferChat: [
      ...staffOnly(`${of}/transfer`, 200, { agent: 'another-agent', note: 'Over to you' }),
      { path: `${of}/transfer`, status: 409, headers: staff, body: { agent: 'another-agent' } },
      { path: `${of}/transfer`, status: 400, headers: staff, body: { agent: 'who' } },
      ...refusals('/transfer', { agent: 'another-agent' }),
    ],
    returnChat: [...staffOnly(`/api/chat-sessions/${waiting}/return`, 200), ...refusals('/return')],
    resolveChat: [...staffOnly(`/api/chat-sessions/${waiting}/resolve`, 200), ...refusals('/resolve')],
    chatAgents: staffOnly('/api/chat-agents', 200),
    chatTeams: staffOnly('/api/chat-teams', 200),
    setAgentState: [
      ...staffOnly('/api/chat-agents/me', 200, { state: 'available' }),
      { path: '/api/chat-agents/me', status: 400, headers: staff, body: { state: 'asleep' } },
    ],
    saveAgentDevice: [
      ...staffOnly('/api/chat-agents/me/devices', 204, agentDevice),
      {
        path: '/api/chat-agents/me/devices',
        status: 400,
        headers: staff,
        body: { ...agentDevice, sub: 'x' },
      },
    ],
    removeAgentDevice: [
      ...staffOnly('/api/chat-agents/me/devices/remove', 204, { endpoint: agentDevice.endpoint }),
      { path: '/api/chat-agents/me/devices/remove', status: 400, headers: staff, body: {} },
    ],
    consoleTicket: staffOnly('/api/chat-console/ticket', 201),
    chatNotes: [...staffOnly(`${of}/notes`, 200), ...refusals('/notes')],
    addChatNote: [
      ...staffOnly(`${of}/notes`, 201, { body: 'Knows our sizes' }),
      ...refusals('/notes', { body: 'x' }),
    ],
    chatShopper: [...staffOnly(`${of}/shopper`, 200), ...refusals('/shopper')],
    chatTranscript: [...staffOnly(`${of}/transcript`, 200), ...refusals('/transcript')],
    chatRating: [
      { path: `${of}/rating`, status: 200, headers: mine },
      { path: `${of}/rating`, status: 200, headers: staff },
      ...refusals('/rating'),
    ],
    rateChat: [
      {
        path: `/api/chat-sessions/${ended}/rating`,
        status: 200,
        headers: mine,
        body: { score: 4, comment: 'Quick' },
      },
      { path: `${of}/rating`, status: 409, headers: mine, body: { score: 5 } },
      { path: `${of}/rating`, status: 404, headers: staff, body: { score: 5 } },
      { path: `${of}/rating`, status: 400, headers: mine, body: { score: 6 } },
      { path: `${of}/rating`, status: 400, headers: mine, body: { score: 4, comment: '' } },
      ...refusals('/rating', { score: 3 }),
    ],
    offeredAnswers: [{ path: '/api/chat-answers', status: 200 }],
    askShop: [
      ...[
        { topic: 'hours', language: 'de' },
        { topic: 'stock', product_id: 6, size: 'M' },
        { topic: 'stock', page: '/product/6' },
        { topic: 'similar', product_id: '6' },
      ].map((body) => ({ path: '/api/chat-answers', status: 200, body })),
      { path: '/api/chat-answers', status: 200, headers: mine, body: { topic: 'order' } },
      { path: '/api/chat-answers', status: 401, body: { topic: 'order' } },
      { path: '/api/chat-answers', status: 401, headers: forged, body: { topic: 'order' } },
      { path: '/api/chat-answers', status: 404, body: { topic: 'return' } },
      {
        path: '/api/chat-answers',
        status: 404,
        body: { topic: 'order', order_number: '1', email: 'nobody@shop.example' },
      },
      { path: '/api/chat-answers', status: 404, body: { topic: 'stock', page: '/about' } },
      ...[
        { topic: 'order', order_number: '1' },
        { topic: 'weather' },
        { topic: 'hours', language: 'fr' },
      ].map((body) => ({ path: '/api/chat-answers', status: 400, body })),
    ],
    suggestReplies: [...staffOnly(`${of}/suggestions`, 200), ...refusals('/suggestions')],
    chatInviteRules: adminOnly(rules, 200),
    chatInviteLifts: adminOnly('/api/chat-invite-lifts', 200),
    createChatInviteRule: [
      ...adminOnly(rules, 201, { ...rule, id: 'new' }),
      { path: rules, status: 400, headers: admin, body: { ...rule, id: 'new' } },
      { path: rules, status: 400, headers: admin, body: { ...rule, id: 'other', path: 'product' } },
    ],
    changeChatInviteRule: [
      ...adminOnly(`${rules}/new`, 200, rule),
      { path: `${rules}/none`, status: 404, headers: admin, body: rule },
      { path: `${rules}/new`, status: 400, headers: admin, body: { ...rule, texts: {} } },
    ],
    removeChatInviteRule: [
      ...adminOnly(`${rules}/new`, 204),
      { path: `${rules}/new`, status: 404, headers: admin },
      { path: `${rules}/N`, status: 400, headers: admin },
    ],
    chatLabels: staffOnly('/api/chat-labels', 200),
    addChatLabel: [
      ...staffOnly(`${of}/labels`, 200, { name: 'Refund' }),
      { path: `${of}/labels`, status: 400, headers: staff, body: { name: 'x'.repeat(41) } },
      ...refusals('/labels', { name: 'x' }),
    ],
    removeChatLabel: [
      ...staffOnly(`${of}/labels/1`, 200),
      { path: `${of}/labels/one`, status: 400, headers: staff },
      { path: `/api/chat-sessions/${unknown}/labels/1`, status: 404, headers: staff },
    ],
    chatInvites: [
      { path: '/api/chat-invites?locale=de-AT', status: 200 },
      { path: '/api/chat-invites?locale=_', status: 400 },
    ],
    showChatInvite: [
      { path: '/api/chat-invites/help/showings', status: 200, headers: { 'X-Couture-Visitor': 'visitor-1' } },
      { path: '/api/chat-invites/Help!/showings', status: 400 },
      { path: '/api/chat-invites/help/showings', status: 401, headers: forged },
      { path: '/api/chat-invites/nothing/showings', status: 404 },
    ],
    chatInviteOpened: [
      { path: '/api/chat-invites/help/opened', status: 204, headers: { 'X-Couture-Visitor': 'visitor-1' } },
      { path: '/api/chat-invites/Help!/opened', status: 400 },
      { path: '/api/chat-invites/help/opened', status: 401, headers: forged },
    ],
    laterTimes: staffOnly('/api/chat-console/times', 200),
    snoozeChat: [
      ...staffOnly(`/api/chat-sessions/${busy}/snooze`, 200, { until: later.send_at }),
      { path: `/api/chat-sessions/${waiting}/snooze`, status: 409, headers: staff, body: { until: null } },
      { path: `${of}/snooze`, status: 400, headers: staff, body: { until: '2020-01-01T00:00:00Z' } },
      ...refusals('/snooze', { until: null }),
    ],
    scheduledReplies: [...staffOnly(`${of}/scheduled`, 200), ...refusals('/scheduled')],
    scheduleReply: [
      ...staffOnly(`/api/chat-sessions/${busy}/scheduled`, 201, { client_message_id: message(7), ...later }),
      {
        path: `/api/chat-sessions/${waiting}/scheduled`,
        status: 409,
        headers: staff,
        body: { client_message_id: message(8), ...later },
      },
      { path: `${of}/scheduled`, status: 400, headers: staff, body: later },
      ...refusals('/scheduled', { client_message_id: message(7), ...later }),
    ],
    rescheduleReply: [
      ...staffOnly(`/api/chat-sessions/${busy}/scheduled/${message(7)}`, 200, later),
      { path: `${of}/scheduled/${message(7)}`, status: 404, headers: staff, body: later },
      { path: `${of}/scheduled/${message(7)}`, status: 400, headers: staff, body: {} },
    ],
    cancelReply: [
      ...staffOnly(`/api/chat-sessions/${busy}/scheduled/${message(7)}`, 204),
      { path: `${of}/scheduled/${message(7)}`, status: 404, headers: staff },
      { path: `${of}/scheduled/first`, status: 400, headers: staff },
    ],
    chatFilters: staffOnly('/api/chat-filters', 200),
    saveChatFilter: [
      ...staffOnly('/api/chat-filters', 200, { name: 'Parcels', list: 'all', search: 'parcel' }),
      { path: '/api/chat-filters', status: 400, headers: staff, body: { name: 'x', list: 'none' } },
      {
        path: '/api/chat-filters',
        status: 400,
        headers: staff,
        body: { name: 'x', list: 'all', label: 999 },
      },
    ],
    removeChatFilter: [
      ...staffOnly('/api/chat-filters/1', 204),
      { path: '/api/chat-filters/1', status: 404, headers: staff },
      { path: '/api/chat-filters/first', status: 400, headers: staff },
    ],
    cannedReplies: staffOnly('/api/chat-replies', 200),
    writeCannedReply: [
      ...staffOnly('/api/chat-replies', 200, { shortcut: 'bye', body: 'Goodbye!' }),
      { path: '/api/chat-replies', status: 400, headers: staff, body: { shortcut: 'a b', body: 'x' } },
    ],
    removeCannedReply: [
      ...staffOnly('/api/chat-replies/1', 204),
      { path: '/api/chat-replies/1', status: 404, headers: staff },
      { path: '/api/chat-replies/one', status: 400, headers: staff },
    ],
  };
}

function sent(session: string, content: object) {
  return { session_id: session, message: { client_message_id: message(1), ...content } };
}
