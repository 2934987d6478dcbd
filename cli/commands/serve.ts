// `couture serve`: starts the runtime and runs it until Ctrl-C or SIGTERM.
import type { OptionKey } from '../../runtime/core/options.ts';
import { servingOptions } from '../../runtime/core/serving-options.ts';
import { type RunningServer, startServer } from '../../runtime/server.ts';
import type { CommandContext, CommandSpec } from '../command.ts';

/** Serving settings that become flags; secrets are read only from the environment or the configuration file. */
const settings = (Object.keys(servingOptions) as Array<keyof typeof servingOptions>).filter(
  (key) => !('secret' in servingOptions[key]),
) satisfies OptionKey[];

export const serveCommand: CommandSpec = {
  usage: 'serve',
  summary: 'serve recommendations, products, orders, chat and push over HTTP',
  settings: ['home', 'databaseUrl', ...settings],
  help: `Examples:
  couture serve --port 8080
  COUTURE_JWT_SECRET=… couture serve --host 0.0.0.0 --public-url https://shop.example

The runtime serves the published build and picks up every publish and rollback without a restart. Ctrl-C or SIGTERM
stops it after requests in flight have been answered; a second Ctrl-C stops it immediately.
Set COUTURE_LOG_LEVEL=info to log each request.`,
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
  const address = server.url + (context.config.basePath ?? '');
  const { lists } = server.storefront.served.known;
  terminal.result({ url: address, build_id: lists?.build ?? null });
  terminal.print(`Serving at ${address}`);
  terminal.print(
    lists
      ? `Build ${lists.build} is published. See ${address}/api/openapi.json for the routes.`
      : 'No build is published yet, so all lists are empty. Run "npx couture recs build" in another terminal.',
  );
  await untilStopped(context, server);
}

/** Waits for Ctrl-C or SIGTERM, then for requests in flight. A stop on a signal is not an error. */
export async function untilStopped(
  { signal, terminal }: Pick<CommandContext, 'signal' | 'terminal'>,
  server: RunningServer,
): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  terminal.note('Stopping: waiting for requests in flight. Press Ctrl-C again to stop immediately.');
  const now = () => process.exit(1);
  process.once('SIGINT', now);
  try {
    await server.close();
  } finally {
    process.off('SIGINT', now);
  }
  terminal.note('Stopped.');
}
