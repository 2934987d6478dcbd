// `couture chat teams`: lists, creates, changes and removes the teams of the chat.
import { teamId } from '../../../runtime/contract/chat-session.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import {
  readTeams,
  removeTeam,
  setTeam,
  type TeamChange,
  type TeamIntake,
  type TeamRow,
  teamIntakes,
} from '../../../sql/store/chat/teams.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { count } from '../../terminal/figures.ts';

const daySeconds = 86_400;
const maxName = 60;

/** With --json: {teams: [{team_id, name, intake, target, members, waiting}]}; target in seconds. */
export const chatTeamsList: CommandSpec = {
  usage: 'list',
  summary: 'list teams with their agents and waiting chats',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext) => {
    const client = await openTeams(context);
    const teams = await readTeams(client);
    const { terminal } = context;
    terminal.result({ teams });
    if (teams.length === 0) {
      terminal.print('No teams: every agent sees one queue. To create one: couture chat teams set returns');
      return;
    }
    terminal.table(
      [
        { title: 'team' },
        { title: 'name' },
        { title: 'intake' },
        { title: 'target', align: 'right' },
        { title: 'waiting', align: 'right' },
        { title: 'agents' },
      ],
      teams.map((team) => [
        team.team_id,
        team.name,
        team.intake,
        team.target === null ? 'default' : `${count(team.target)} s`,
        count(team.waiting),
        team.members.join(', ') || '–',
      ]),
    );
  },
};

/** With --json: the team as `list` shows it, and `created`. */
export const chatTeamsSet: CommandSpec<[string]> = {
  usage: 'set <team>',
  summary: 'create a team, or change its name, agents, target or intake',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--name <name>', 'name that shoppers and agents see; a new team is called like its id'),
    flag('--members <subjects>', 'its agents, all of them, comma-separated: the "sub" claim of their tokens'),
    flag('--target <span>', 'target for the first response: 90s, 5m; "default": COUTURE_CHAT_TARGET'),
    flag(
      '--intake <way>',
      'how chats get here: chosen by shoppers, named by a page, or only transferred by agents',
    ).choices(teamIntakes),
  ],
  help: `Examples:
  couture chat teams set returns --name "Returns & refunds" --members anna,ben --target 2m
  couture chat teams set wholesale --intake page --members carl
  couture chat teams set returns --members anna,ben,dora

Shoppers choose a team before the chat once two or more have the intake "choice". A page names one with
<couture-chat team="wholesale">, and then there is no choice. Chats without a team are for every agent.
Exit codes: 0 done, 1 failed, 2 wrong use.`,
  run: async (context: CommandContext, flags: Record<string, unknown>, id: string) => {
    const team = requireId(id);
    const change = changeOf(flags);
    const client = await openTeams(context);
    const created = await setTeam(client, team, change);
    const row = (await readTeams(client)).find(({ team_id }) => team_id === team)!;
    context.terminal.result({ ...row, created });
    context.terminal.print(`${created ? 'Created' : 'Changed'} team ${team}: ${describe(row)}.`);
  },
};

/** With --json: {team_id, removed}. */
export const chatTeamsRemove: CommandSpec<[string]> = {
  usage: 'remove <team>',
  summary: 'remove a team; its chats stay, for every agent',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext, _flags: Record<string, unknown>, id: string) => {
    const client = await openTeams(context);
    if (!(await removeTeam(client, id)))
      throw new CoutureError(
        'bad_option',
        `There is no team ${JSON.stringify(id.slice(0, 60))}`,
        'See "couture chat teams list".',
      );
    context.terminal.result({ team_id: id, removed: true });
    context.terminal.print(`Removed team ${id}. Its chats are for every agent now.`);
  },
};

async function openTeams({ database, release }: CommandContext): Promise<Client> {
  const client = await openClient(await database(), { applicationName: 'couture chat teams' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  return client;
}

function requireId(id: string): string {
  if (teamId.safeParse(id).success) return id;
  throw new CoutureError(
    'bad_option',
    `The team is ${JSON.stringify(id.slice(0, 60))}: expected at most 40 lower-case letters, digits, - and _`,
    'Pages name it, as in <couture-chat team="returns">. Use --name for the name that people see.',
  );
}

function changeOf({ name, members, target, intake }: Record<string, unknown>): TeamChange {
  const subjects =
    members === undefined
      ? undefined
      : [
          ...new Set(
            String(members)
              .split(',')
              .map((sub) => sub.trim()),
          ),
        ].filter(Boolean);
  const text = name === undefined ? undefined : String(name).trim();
  if (text !== undefined && (text === '' || text.length > maxName || /\p{Cc}/u.test(text)))
    throw new CoutureError(
      'bad_option',
      `--name is ${JSON.stringify(name)}: expected 1 to ${maxName} characters`,
    );
  return {
    ...(text === undefined ? {} : { name: text }),
    ...(subjects === undefined ? {} : { members: subjects }),
    ...(target === undefined ? {} : { target: secondsOf(target) }),
    ...(intake === undefined ? {} : { intake: intake as TeamIntake }),
  };
}

function secondsOf(value: unknown): number | null {
  if (value === 'default') return null;
  const days = durationDays.safeParse(value);
  const seconds = Math.round((days.data ?? 0) * daySeconds);
  if (days.success && seconds >= 1 && seconds <= 30 * daySeconds) return seconds;
  throw new CoutureError(
    'bad_option',
    `--target is ${JSON.stringify(value)}: expected a time up to 30d, such as 90s or 5m, or "default"`,
  );
}

function describe({ name, intake, target, members }: TeamRow): string {
  const within = target === null ? 'the default target' : `a target of ${count(target)} s`;
  return `${JSON.stringify(name)}, intake ${intake}, ${within}, agents ${members.join(', ') || 'none yet'}`;
}
