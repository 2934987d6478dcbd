// `couture db url`: prints the connection URL for psql and BI tools. The only place where the password is shown.
import { once } from 'node:events';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { embeddedInUse } from '../../../sql/embedded/embedded.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

export const dbUrlCommand: CommandSpec = {
  usage: 'url',
  summary: 'print the database URL, including its password',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--hold', 'keep the embedded Postgres running until Ctrl-C')],
  help: `Examples:
  psql "$(couture db url)"          your own server (DATABASE_URL)
  couture db url --hold             the embedded server: leave this running and use the URL in another terminal

Without --hold, the embedded server must be in use by another couture process, such as "couture serve".`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config, signal } = context;
  if (!config.databaseUrl && flags.hold !== true && !(await embeddedInUse(config.home)))
    throw new CoutureError(
      'postgres_unreachable',
      'The embedded Postgres is not running: it stops with the last couture process that uses it, so its URL would refuse connections',
      'Run "couture db url --hold" or "couture serve" in another terminal; the URL works as long as that runs.',
    );
  const url = await context.database();
  terminal.result({ url, embedded: !config.databaseUrl });
  terminal.print(url);
  if (flags.hold === true) {
    terminal.note('Postgres keeps running until Ctrl-C.');
    if (!signal.aborted) await untilAborted(signal);
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // A pending abort event does not keep Node alive.
  const alive = setInterval(() => {}, 1 << 30);
  await once(signal, 'abort');
  clearInterval(alive);
}
