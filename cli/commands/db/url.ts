// `couture db url`: where the database is, for psql and BI tools. The one place where the password shows.
import { once } from 'node:events';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

export const dbUrlCommand: CommandSpec = {
  usage: 'url',
  summary: 'print the URL of the database, password and all',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--hold', 'keep the embedded Postgres up until Ctrl-C')],
  help: `Examples:
  psql "$(couture db url)"          a server of your own (DATABASE_URL)
  couture db url --hold             the embedded one: leave this running, use the URL in another terminal`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config, signal } = context;
  const url = await context.database();
  terminal.result({ url, embedded: !config.databaseUrl });
  terminal.print(url);
  if (flags.hold === true) {
    terminal.note('Postgres stays up until Ctrl-C.');
    if (!signal.aborted) await untilAborted(signal);
  } else if (!config.databaseUrl) {
    terminal.note('The embedded Postgres stops with the last couture that uses it; --hold keeps it up.');
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // Waiting for a signal does not keep Node alive.
  const alive = setInterval(() => {}, 1 << 30);
  await once(signal, 'abort');
  clearInterval(alive);
}
