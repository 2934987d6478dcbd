// `couture chat agents`: lists agents with what they do now, and sets how many chats one gets at a time.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { readAgents, setCapacity } from '../../../sql/store/chat/agents.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { count } from '../../terminal/figures.ts';

const maxCapacity = 1_000;

/** With --json: {agents: [{sub, name, state, online, capacity, open_chats, teams}]}. */
export const chatAgentsList: CommandSpec = {
  usage: 'list',
  summary: 'list agents with their state, open chats, capacity and teams',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext) => {
    const agents = await readAgents(await openAgents(context));
    const { terminal } = context;
    terminal.result({ agents });
    if (agents.length === 0) {
      terminal.print('No agent has opened the console yet.');
      return;
    }
    terminal.table(
      [
        { title: 'agent' },
        { title: 'name' },
        { title: 'state' },
        { title: 'open chats', align: 'right' },
        { title: 'capacity', align: 'right' },
        { title: 'teams' },
      ],
      agents.map(({ sub, name, state, online, open_chats, capacity, teams }) => [
        sub,
        name ?? '–',
        online ? state : 'offline',
        count(open_chats),
        capacity === null ? 'default' : count(capacity),
        teams.join(', ') || '–',
      ]),
    );
  },
};

/** With --json: {sub, capacity}; null is the default. */
export const chatAgentsSet: CommandSpec<[string]> = {
  usage: 'set <subject>',
  summary: 'set how many open chats an agent gets at a time',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag(
      '--capacity <n>',
      'open chats at a time; 0: none; "default": COUTURE_CHAT_CAPACITY',
    ).makeOptionMandatory(),
  ],
  help: `Examples:
  couture chat agents set anna --capacity 6
  couture chat agents set anna --capacity default

The capacity limits what is assigned automatically; agents can take more themselves. The subject is the "sub" claim of the
agent's tokens. Exit codes: 0 done, 1 failed, 2 wrong use or no such agent.`,
  run: async (context: CommandContext, flags: Record<string, unknown>, sub: string) => {
    const capacity = capacityOf(flags.capacity);
    const client = await openAgents(context);
    if (!(await setCapacity(client, sub, capacity)))
      throw new CoutureError(
        'bad_option',
        `No agent ${JSON.stringify(sub.slice(0, 60))} has ever opened the console`,
        'See "couture chat agents list".',
      );
    context.terminal.result({ sub, capacity });
    context.terminal.print(
      `${sub} gets ${capacity === null ? 'the default number of' : `up to ${count(capacity)}`} open chats at a time.`,
    );
  },
};

async function openAgents({ database, release }: CommandContext): Promise<Client> {
  const client = await openClient(await database(), { applicationName: 'couture chat agents' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  return client;
}

function capacityOf(value: unknown): number | null {
  if (value === 'default') return null;
  const capacity = Number(value);
  if (value !== '' && Number.isInteger(capacity) && capacity >= 0 && capacity <= maxCapacity) return capacity;
  throw new CoutureError(
    'bad_option',
    `--capacity is ${JSON.stringify(value)}: expected a whole number from 0 to ${maxCapacity}, or "default"`,
  );
}
