// `couture serve`: the runtime, until it is told to stop.
import type { OptionKey } from '../../runtime/core/options.ts';
import { servingOptions } from '../../runtime/core/serving-options.ts';
import { type RunningServer, startServer } from '../../runtime/server.ts';
import type { CommandContext, CommandSpec } from '../command.ts';

/** Settings that a person may want to give once; the secrets are read from the environment or the file. */
const settings = (Object.keys(servingOptions) as Array<keyof typeof servingOptions>).filter(
  (key) => !('secret' in servingOptions[key]),
) satisfies OptionKey[];

export const serveCommand: CommandSpec = {
  usage: 'serve',
  summary: 'start the runtime: recommendations, products, orders and watch lists over HTTP',
  settings: ['home', 'databaseUrl', ...settings],
  help: `Examples:
  couture serve --port 8080
  COUTURE_JWT_SECRET=… couture serve --host 0.0.0.0 --public-url https://shop.example

It serves the published build and follows each publish and rollback without a restart. Ctrl-C or SIGTERM ends it when
running requests have been answered; a second Ctrl-C ends it at once. COUTURE_LOG_LEVEL=info logs each request.`,
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { terminal, release } = context;
  const server = await startServer({
    config: context.config,
    databaseUrl: await context.database(),
    log: context.log,
  });
  release.defer('the runtime', () => server.close());
  const { lists } = server.storefront.served.known;
  terminal.result({ url: server.url, build_id: lists?.build ?? null });
  terminal.print(`Serving at ${server.url}`);
  terminal.print(
    lists
      ? `Build ${lists.build} is published. ${server.url}/api/openapi.json lists the routes.`
      : 'No build is published yet, so lists are empty: run "npx couture recs build" in another terminal.',
  );
  await untilStopped(context, server);
}

/** Waits for Ctrl-C or SIGTERM, then lets running requests end. This is how it is meant to end: no error. */
export async function untilStopped(
  { signal, terminal }: Pick<CommandContext, 'signal' | 'terminal'>,
  server: RunningServer,
): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  terminal.note('Stopping: running requests may end; Ctrl-C again ends at once.');
  const now = () => process.exit(1);
  process.once('SIGINT', now);
  try {
    await server.close();
  } finally {
    process.off('SIGINT', now);
  }
  terminal.note('Stopped.');
}
