// `couture chat invites`: lists, creates, changes and removes the rules by which the chat invites shoppers.
import { z } from 'zod';
import { inviteId, inviteValues, maxInviteLength } from '../../../runtime/contract/chat-invite.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import {
  type InviteChange,
  type InviteRow,
  readInvites,
  removeInvite,
  setInvite,
} from '../../../sql/store/chat/invites.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { shareOf } from '../../push/campaign-flags.ts';
import { percent } from '../../terminal/figures.ts';

const daySeconds = 86_400;

/**
 * With --json: {invites: [{invite_id, enabled, path, idle, min_cart, only_returning, team_id, holdout, texts}]}; idle in
 * seconds.
 */
export const chatInvitesList: CommandSpec = {
  usage: 'list',
  summary: 'list the rules by which the chat invites shoppers',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext) => {
    const invites = await readInvites(await open(context));
    const { terminal } = context;
    terminal.result({ invites });
    if (invites.length === 0) {
      terminal.print('The chat invites nobody. To create a rule: couture chat invites set --help');
      return;
    }
    terminal.table(
      [{ title: 'invite' }, { title: 'when' }, { title: 'holdout', align: 'right' }, { title: 'text' }],
      invites.map((invite) => [
        invite.invite_id,
        describe(invite),
        percent(invite.holdout),
        Object.entries(invite.texts)
          .map(([language, text]) => `${language}: ${text}`)
          .join('  '),
      ]),
    );
  },
};

/** With --json: the rule as `list` shows it, and `created`. */
export const chatInvitesSet: CommandSpec<[string]> = {
  usage: 'set <invite>',
  summary: 'create a rule by which the chat invites shoppers, or change one',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--text <texts...>', 'what the chat says, by language: "en=Need help with your size?" "de=…"'),
    flag(
      '--path <pattern>',
      'only on pages with this path; * is any text: /product/*, /cart (default: every page)',
    ),
    flag('--idle <span>', 'how long the shopper has done nothing, 5s to 1h (default: 20s)'),
    flag('--min-cart <amount>', 'only with a cart of at least this value, in the shop’s currency; "none"'),
    flag('--visitors <which>', '"returning": only visitors who were here before').choices([
      'all',
      'returning',
    ]),
    flag('--team <team>', 'the team that answers; "any"'),
    flag('--holdout <share>', 'share of the visitors who are not invited, to compare with (default: 10%)'),
    flag('--off', 'keep the rule, but invite nobody'),
    flag('--on', 'use the rule again'),
  ],
  help: `Examples:
  couture chat invites set sizes --path '/product/*' --idle 30s --text "en=Need help with your size?" "de=Fragen zur Größe?"
  couture chat invites set checkout --path /cart --min-cart 80 --text "en=Any questions before you order?"
  couture chat invites set sizes --off

A visitor is invited once in seven days, whatever the number of rules and devices of a signed-in customer: in opening hours, while an agent of
the team is available and has room for a chat, and nobody waits. Visitors who opt out of tracking (Global Privacy Control, Do Not
Track) are never invited. "couture chat report" compares what invited visitors order with what the control group orders.
Exit codes: 0 done, 1 failed, 2 wrong use.`,
  run: async (context: CommandContext, flags: Record<string, unknown>, id: string) => {
    const invite = requireId(id);
    const change = changeOf(flags);
    const client = await open(context);
    const created = await setInvite(client, invite, change).catch((error) => {
      if (error.code !== '23503') throw error;
      throw wrong('--team', flags.team, 'see "couture chat teams list"');
    });
    if (created === undefined)
      throw new CoutureError(
        'bad_option',
        `The new invitation ${invite} has no text`,
        'Say what the chat offers: --text "en=Need help?".',
      );
    const row = (await readInvites(client)).find(({ invite_id }) => invite_id === invite)!;
    context.terminal.result({ ...row, created });
    context.terminal.print(`${created ? 'Created' : 'Changed'} invitation ${invite}: ${describe(row)}.`);
  },
};

/** With --json: {invite_id, removed}. */
export const chatInvitesRemove: CommandSpec<[string]> = {
  usage: 'remove <invite>',
  summary: 'remove a rule; reports keep what it achieved',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext, _flags: Record<string, unknown>, id: string) => {
    if (!(await removeInvite(await open(context), id)))
      throw new CoutureError(
        'bad_option',
        `There is no invitation ${JSON.stringify(id.slice(0, 60))}`,
        'See "couture chat invites list".',
      );
    context.terminal.result({ invite_id: id, removed: true });
    context.terminal.print(`Removed invitation ${id}.`);
  },
};

async function open({ database, release }: CommandContext): Promise<Client> {
  const client = await openClient(await database(), { applicationName: 'couture chat invites' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  return client;
}

function requireId(id: string): string {
  if (inviteId.safeParse(id).success) return id;
  throw new CoutureError(
    'bad_option',
    `The invitation is ${JSON.stringify(id.slice(0, 60))}: expected at most 40 lower-case letters, digits, - and _`,
    'It names the rule in reports, such as sizes.',
  );
}

const amount = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,3})?$/)
  .transform(Number)
  .pipe(inviteValues.cart);

/** Flags → values, which the contract checks. @throws CoutureError `bad_option` */
function changeOf(flags: Record<string, unknown>): InviteChange {
  const { text, path, idle, minCart, visitors, team, holdout, on, off } = flags;
  if (on && off) throw wrong('--off', 'given with --on', 'give one of the two');
  return {
    ...(text === undefined ? {} : { texts: textsOf(text as string[]) }),
    ...(path === undefined
      ? {}
      : { path: parsed(inviteValues.path, '--path', path, 'a path such as /product/*') }),
    ...(idle === undefined ? {} : { idle: idleOf(idle) }),
    ...(minCart === undefined
      ? {}
      : {
          min_cart: minCart === 'none' ? null : parsed(amount, '--min-cart', minCart, 'an amount such as 80'),
        }),
    ...(visitors === undefined ? {} : { only_returning: visitors === 'returning' }),
    ...(team === undefined ? {} : { team_id: team === 'any' ? null : String(team) }),
    ...(holdout === undefined ? {} : { holdout: shareOf(holdout) }),
    ...(on ? { enabled: true } : off ? { enabled: false } : {}),
  };
}

function textsOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const [tag = '', ...rest] = each.split('=');
      const lang = inviteValues.language.safeParse(tag.trim().toLowerCase());
      const text = inviteValues.text.safeParse(rest.join('='));
      if (lang.success && text.success) return [lang.data, text.data];
      throw wrong(
        '--text',
        each,
        `expected a language and one line of at most ${maxInviteLength} characters: "en=Need help?"`,
      );
    }),
  );
}

function idleOf(value: unknown): number {
  const seconds = Math.round((durationDays.safeParse(value).data ?? 0) * daySeconds);
  if (inviteValues.idle.safeParse(seconds).success) return seconds;
  throw wrong('--idle', value, 'expected a time from 5s to 1h');
}

function parsed<T>(schema: z.ZodType<T>, name: string, value: unknown, expected: string): T {
  const { success, data } = schema.safeParse(value);
  if (success) return data;
  throw wrong(name, value, `expected ${expected}`);
}

function wrong(name: string, value: unknown, expected: string): CoutureError {
  return new CoutureError('bad_option', `${name} is ${JSON.stringify(value)}: ${expected}`);
}

function describe({ enabled, path, idle, min_cart, only_returning, team_id }: InviteRow): string {
  return [
    ...(enabled ? [] : ['off']),
    path === '/*' ? 'every page' : path,
    `after ${idle} s`,
    ...(min_cart === null ? [] : [`cart from ${min_cart}`]),
    ...(only_returning ? ['returning visitors'] : []),
    ...(team_id === null ? [] : [`team ${team_id}`]),
  ].join(', ');
}
