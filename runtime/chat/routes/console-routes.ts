// The agents' HTTP routes: lists and search, assigning and transferring chats, notes, canned replies, transcripts and
// the side panel.
import type { Context } from 'koa';
import { readAgents, setAgentState } from '../../../sql/store/chat/agents.ts';
import { listedSessions, listSessions } from '../../../sql/store/chat/lists.ts';
import { messagesAfter } from '../../../sql/store/chat/messages.ts';
import { addNote, notesAfter } from '../../../sql/store/chat/notes.ts';
import { readReplies, removeReply, writeReply } from '../../../sql/store/chat/replies.ts';
import { readSession, type SessionRow, sessionsOf } from '../../../sql/store/chat/sessions.ts';
import type { Agent, Step } from '../../../sql/store/chat/states.ts';
import { readTeams } from '../../../sql/store/chat/teams.ts';
import type { Principal } from '../../auth/principal.ts';
import {
  type AgentState,
  chatConsoleRoutes as routes,
  type ShopperPanel,
} from '../../contract/chat-console.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Asked, Bind } from '../../handler.ts';
import { isVerified, wireListed, wireNote, wireReply, wireSession } from '../delivery/wire-sessions.ts';
import { agentOf, isStaff, personOf, visitorKeys } from '../person.ts';
import { unknownChat } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';
import { createTicket, step } from './session-routes.ts';
import { transcriptOf } from './transcript.ts';

/** Orders and earlier chats in the side panel. */
const maxOrders = 10;
const maxEarlier = 10;

export function consoleRoutes(bind: Bind, parts: RouteParts): void {
  const { pool } = parts;
  bind(routes.list, (asked) => list(parts, asked));
  bind(routes.assign, async ({ params, body, principal, ctx }) => {
    const { agent } = body ?? {};
    if (agent === undefined || agent === principal.sub)
      return step(parts, ctx, principal, params.id, { to: 'take' });
    return give(parts, ctx, principal, params.id, { to: 'assign', agent: await knownAgent(parts, agent) });
  });
  bind(routes.transfer, async ({ params, body, principal, ctx }) => {
    const wanted = await transferOf(parts, body);
    const moved = await give(parts, ctx, principal, params.id, wanted);
    if (body.note !== undefined) await note(parts, params.id, agentOf(principal), body.note);
    return moved;
  });
  bind(routes.return, ({ params, principal, ctx }) =>
    step(parts, ctx, principal, params.id, { to: 'return' }),
  );
  bind(routes.resolve, ({ params, principal, ctx }) =>
    step(parts, ctx, principal, params.id, { to: 'resolve' }),
  );
  bind(routes.agents, async () => {
    const online = parts.presence.agentsOnline();
    const agents = await readAgents(pool);
    return {
      agents: agents.map(({ sub, name, state, open_chats, teams }) => ({
        ...{ sub, name, online: online.has(sub), state, open_chats },
        teams: [...teams],
      })),
    };
  });
  bind(routes.me, ({ body, principal }) => me(parts, agentOf(principal), body));
  bind(routes.teams, async ({ principal }) => {
    const teams = await readTeams(pool);
    return {
      teams: teams.map(({ team_id, name, members, waiting }) => ({
        ...{ id: team_id, name, waiting },
        members: members.length,
        mine: members.includes(principal.sub),
      })),
    };
  });
  bind(routes.ticket, ({ principal }) => createTicket(parts, null, principal));
  bind(routes.notes, async ({ params }) => {
    await chat(parts, params.id);
    return { notes: (await notesAfter(pool, [{ sessionId: params.id, after: '0' }])).map(wireNote) };
  });
  bind(routes.addNote, ({ params, body, principal }) =>
    note(parts, params.id, agentOf(principal), body.body),
  );
  bind(routes.shopper, async ({ params }) => panel(parts, await chat(parts, params.id)));
  bind(routes.transcript, async ({ params, ctx }) => {
    const session = await chat(parts, params.id);
    const places = [{ sessionId: params.id, after: 0 }];
    attach(ctx, `chat-${params.id}.txt`);
    return transcriptOf(session, await messagesAfter(pool, places, session.last_seq + 100));
  });
  bind(routes.replies, async () => ({ replies: (await readReplies(pool)).map(wireReply) }));
  bind(routes.writeReply, async ({ body, principal }) =>
    wireReply(await writeReply(pool, { ...body, by: principal.sub })),
  );
  bind(routes.removeReply, async ({ params }) => {
    if (!(await removeReply(pool, Number(params.id))))
      throw new CoutureError('not_found', `No canned reply ${params.id}`);
  });
}

async function list(
  { pool, cookie, facts }: RouteParts,
  { query, principal, ctx }: Asked<typeof routes.list>,
) {
  if (!isStaff(principal)) {
    const keys = visitorKeys(personOf(ctx, principal, cookie));
    const own = keys.length === 0 ? [] : await sessionsOf(pool, keys, query.limit);
    const ids = own.map((session) => session.session_id);
    const listed = new Map((await listedSessions(pool, ids)).map((row) => [row.session_id, row]));
    const shown = ids
      .flatMap((id) => listed.get(id) ?? [])
      .map((row) => ({
        ...wireListed(row, facts),
        // Internal to agents.
        assigned_to: null,
        notes_count: 0,
        snoozed_until: null,
        scheduled_count: 0,
        held_count: 0,
        labels: [],
        respond_by: null,
        missed: false,
      }));
    return { sessions: shown, next: null };
  }
  // Fetch one more than requested, to know whether there is a next page.
  const rows = await listSessions(pool, {
    list: query.list,
    agent: principal.sub,
    search: query.q,
    label: query.label === undefined ? undefined : Number(query.label),
    team: query.team,
    after: query.cursor === undefined ? undefined : readCursor(query.cursor),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const at = last && (query.list === 'queue' ? last.waiting_since : last.created_at);
  const next = at && rows.length > shown.length ? `${at.getTime()}.${last.session_id}` : null;
  return { sessions: shown.map((row) => wireListed(row, facts)), next };
}

function readCursor(cursor: string): { at: Date; sessionId: string } {
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor);
  if (match) return { at: new Date(Number(match[1])), sessionId: match[2]! };
  throw new CoutureError('bad_request', 'Invalid cursor', 'Leave it out to start from the first page.');
}

async function chat({ pool }: RouteParts, sessionId: string): Promise<SessionRow> {
  const session = await readSession(pool, sessionId);
  if (!session) throw unknownChat(sessionId);
  return session;
}

async function note(parts: RouteParts, sessionId: string, author: Agent, body: string) {
  const row = await addNote(parts.pool, sessionId, { author: author.sub, authorName: author.name, body });
  if (!row) throw unknownChat(sessionId);
  parts.onMoved({ session_id: sessionId, last_seq: 0 });
  parts.nudges.noted(sessionId, author, body);
  return wireNote(row);
}

/** @throws CoutureError `bad_request` for a subject that never opened the console: nobody would see the chat */
async function knownAgent({ pool }: RouteParts, sub: string): Promise<Agent> {
  const agent = (await readAgents(pool)).find((each) => each.sub === sub);
  if (agent) return agent;
  throw new CoutureError(
    'bad_request',
    `No agent ${JSON.stringify(sub.slice(0, 60))} has ever opened the console`,
    'GET /api/chat-agents lists them.',
  );
}

/** Hands the chat over; an agent who gets it and is not looking at the console is notified. */
async function give(parts: RouteParts, ctx: Context, principal: Principal, id: string, wanted: Step) {
  const moved = await step(parts, ctx, principal, id, wanted);
  if ('agent' in wanted) parts.nudges.assigned({ session_id: id, assigned_to: wanted.agent.sub });
  return moved;
}

async function transferOf(
  parts: RouteParts,
  { agent, team }: { readonly agent?: string | undefined; readonly team?: string | undefined },
): Promise<Step> {
  if (agent !== undefined) return { to: 'transfer', agent: await knownAgent(parts, agent) };
  if ((await readTeams(parts.pool)).some(({ team_id }) => team_id === team))
    return { to: 'move', team: team! };
  throw new CoutureError('bad_request', `No team ${JSON.stringify(team)}`, 'GET /api/chat-teams lists them.');
}

/** Sets the agent's state, and keeps a console open that has no socket. */
async function me(
  { pool, leases }: RouteParts,
  agent: Agent,
  { state, visible }: Asked<typeof routes.me>['body'],
): Promise<{ state: AgentState }> {
  if (state !== undefined) {
    await setAgentState(pool, agent, state);
    leases.chosen(agent.sub, state);
  }
  if (visible !== undefined) leases.polled(agent.sub, visible);
  const found = (await readAgents(pool)).find(({ sub }) => sub === agent.sub);
  return { state: found?.state ?? 'available' };
}

async function panel(parts: RouteParts, session: SessionRow): Promise<ShopperPanel> {
  const { shop, pool } = parts;
  const ids = session.cart.flatMap((line) => shop.productId(line.product_id) ?? []);
  const customerId = session.customer_id ?? undefined;
  const [products, orders, recommendations, earlier] = await Promise.all([
    shop.products(ids),
    customerId === undefined ? [] : shop.orders(customerId, maxOrders),
    shop.recommend(customerId, ids),
    sessionsOf(pool, [session.visitor_key], maxEarlier + 1),
  ]);
  return {
    name: session.name,
    email: session.email,
    verified: isVerified(session),
    customer_id: customerId === undefined ? null : shop.customerId(customerId),
    user_agent: session.user_agent,
    current_page: session.current_page,
    cart: session.cart.flatMap(({ product_id, quantity }) => {
      const product = products.get(shop.productId(product_id) ?? '');
      return product ? [{ product, quantity }] : [];
    }),
    orders,
    recommendations,
    earlier: earlier.filter((each) => each.session_id !== session.session_id).map(wireSession),
  };
}

function attach(ctx: Context, name: string): void {
  ctx.set('Content-Disposition', `attachment; filename="${name}"`);
}
