// The routes with which admins keep the rules for invitations; `couture chat invites` does the same.
import {
  countInvitations,
  type InviteRow,
  readInvites,
  removeInvite,
  writeInvite,
} from '../../../sql/store/chat/invites.ts';
import {
  type InviteRuleBody,
  chatInviteRoutes as routes,
  type WireInviteLift,
  type WireInviteLifts,
  type WireInviteRule,
} from '../../contract/chat-invite.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Bind } from '../../handler.ts';
import { sharedRun } from '../../work/shared-run.ts';
import { type InvitationEffects, invitationEffects } from '../invitation-effects.ts';
import type { RouteParts } from './route-parts.ts';

/** As `couture chat report --days 90` has them. */
const lifted = { days: 90, windowDays: 7, detect: 0.05 } as const;
/** Rules of one shop; pages get all that are in use. */
const maxRules = 100;

export function inviteRuleRoutes(bind: Bind, { pool }: Pick<RouteParts, 'pool'>): void {
  // It reads all invitations and orders of the period.
  const lifts = sharedRun(compare);
  bind(routes.rules, async () => ({ rules: await list() }));
  bind(routes.lifts, lifts);
  bind(routes.create, async ({ body: { id, ...values } }) => {
    const rules = await readInvites(pool);
    if (rules.some(({ invite_id }) => invite_id === id))
      throw new CoutureError('bad_request', `There is an invitation ${id} already`, 'Choose another id.');
    if (rules.length >= maxRules)
      throw new CoutureError(
        'limit_reached',
        `There are ${maxRules} invitations already`,
        'Remove one of them first.',
      );
    return write(id, values);
  });
  bind(routes.change, async ({ params: { id }, body }) => {
    if (!(await readInvites(pool)).some(({ invite_id }) => invite_id === id)) throw unknown(id);
    return write(id, body);
  });
  bind(routes.remove, async ({ params: { id } }) => {
    if (!(await removeInvite(pool, id))) throw unknown(id);
  });

  async function compare(): Promise<WireInviteLifts> {
    const { days, windowDays, detect } = lifted;
    const to = new Date();
    const client = await pool.connect();
    try {
      const rules = await invitationEffects({
        ...{
          client,
          source: client,
          from: new Date(to.getTime() - days * 86_400_000),
          to,
          windowDays,
          detect,
        },
        signal: new AbortController().signal,
      });
      return { days, window_days: windowDays, detect, lifts: rules.map(wireLift) };
    } finally {
      client.release();
    }
  }

  async function list(): Promise<WireInviteRule[]> {
    const [rows, counts] = [await readInvites(pool), await countInvitations(pool)];
    return rows.map((row) => {
      const { invited, opened, held_out } =
        counts.find(({ invite_id }) => invite_id === row.invite_id) ?? none;
      return { ...wireRule(row), achieved: { invited, opened, held_out } };
    });
  }

  async function write(id: string, body: InviteRuleBody): Promise<WireInviteRule> {
    const { returning, team, ...values } = body;
    const row = { ...values, invite_id: id, only_returning: returning, team_id: team };
    await writeInvite(pool, row).catch((error) => {
      if ((error as { code?: string }).code !== '23503') throw error;
      throw new CoutureError(
        'bad_request',
        `There is no team ${JSON.stringify(team)}`,
        'GET /api/chat-teams lists them.',
      );
    });
    return (await list()).find((rule) => rule.id === id)!;
  }
}

const none = { invited: 0, opened: 0, held_out: 0 };

function wireRule({
  invite_id,
  only_returning,
  team_id,
  ...row
}: InviteRow): Omit<WireInviteRule, 'achieved'> {
  return { ...row, id: invite_id, returning: only_returning, team: team_id };
}

function wireLift({ invite, invited, holdout, effects, left_out }: InvitationEffects): WireInviteLift {
  return {
    ...{ id: invite, invited, held_out: holdout, left_out },
    conversion: effects?.conversion ?? null,
    revenue_per_visitor: effects?.revenue_per_visitor ?? null,
  };
}

function unknown(id: string): CoutureError {
  return new CoutureError('not_found', `No invitation ${id}`, 'GET /api/chat-invite-rules lists them.');
}
