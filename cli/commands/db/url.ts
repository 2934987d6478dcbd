// `couture db url`: prints the connection URL for psql and BI tools. The only place where the password is shown.
import { once } from 'node:events';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

export const dbUrlCommand: CommandSpec = {
  usage: 'url',
  summary: 'print the database URL, including its password',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--hold', 'keep the embedded Postgres running until Ctrl-C')],
  help: `Examples:
  psql "$(couture db url)"          your own server (DATABASE_URL)
  couture db url --hold             the embedded server: leave this running and use the URL in another terminal`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config, signal } = context;
  const url = await context.database();
  terminal.result({ url, embedded: !config.databaseUrl });
  terminal.print(url);
  if (flags.hold === true) {
    terminal.note('Postgres keeps running until Ctrl-C.');
    if (!signal.aborted) await untilAborted(signal);
  } else if (!config.databaseUrl) {
    terminal.note(
      'The embedded Postgres stops when the last couture process using it exits. Use --hold to keep it running.',
    );
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // A pending abort event does not keep Node alive.
  const alive = setInterval(() => {}, 1 << 30);
  await once(signal, 'abort');
  clearInterval(alive);
}
