// `couture demo`: from an empty machine to recommendations on screen, for the connected shop or the sample shop.
import { loadSampleShop } from '../../fixtures/sample/load-sample-shop.ts';
import { sampleShop, sampleUntil } from '../../fixtures/sample/sample-shop.ts';
import { requireSampleGround } from '../../fixtures/sample-ground.ts';
import { shopPresent } from '../../fixtures/shop-present.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { startServer } from '../../runtime/server.ts';
import { openClient } from '../../sql/pool.ts';
import { adoptShop } from '../../sql/source/adopt-shop.ts';
import { inspectSource } from '../../sql/source/source-views.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { tour } from '../recs/builds/inspect/tour.ts';
import { buildRecommendations } from '../recs/pipeline.ts';
import { printBuildSummary } from '../terminal/build-report.ts';
import { printCustomer, printProduct, printTrending } from '../terminal/inspect-report.ts';
import { printShop } from '../terminal/shop-display.ts';
import { buildSettings } from './recs/build-settings.ts';
import { untilStopped } from './serve.ts';

/** With --json: `{build: BuildSummary, product, customer, trending}`, the last three as `recs inspect --json` has them. */
export const demo: CommandSpec = {
  usage: 'demo',
  summary: 'start Postgres, load a sample shop, build its lists and serve them',
  settings: ['home', 'databaseUrl', 'sourceUrl', 'host', 'port', ...buildSettings],
  flags: [
    flag('--no-serve', 'exit after the tour instead of serving'),
    flag('--replace', 'drop the sample shop and reload it'),
  ],
  help: `Without DATABASE_URL, the demo starts an embedded Postgres under .couture/ and loads a sample fashion shop.
If the database already has source views, the demo builds and shows the lists of that shop instead.
It then serves the lists until Ctrl-C; with --no-serve or --json it exits after the tour.

The sign-in page for demo customers, agents and admins exists only for the sample shop on the embedded Postgres, and
only for browsers on this machine.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config, signal } = context;
  const [databaseUrl, sourceUrl] = [await context.database(), await context.source()];
  await prepareShop(context, databaseUrl, sourceUrl, flags.replace === true);
  terminal.heading('2. A full build');
  const build = await buildRecommendations({
    config,
    databaseUrl,
    sourceUrl,
    publish: true,
    force: false,
    display: terminal.progress,
    note: (line) => terminal.note(line),
    signal,
  });
  printBuildSummary(terminal, build, { nextStep: false });
  terminal.heading('3. What it recommends');
  const shown = await tour({ databaseUrl, sourceUrl });
  if (shown.product) printProduct(terminal, shown.product, config.currency);
  if (shown.customer) printCustomer(terminal, shown.customer, config.currency);
  printTrending(terminal, shown.trending, config.currency);
  terminal.result({ build, ...shown });
  terminal.heading('Next');
  for (const line of next) terminal.print(`  ${line}`);
  terminal.heading('Your own shop');
  for (const line of ownShop) terminal.print(`  ${line}`);
  if (flags.serve !== false && flags.json !== true) await serveDemo(context, databaseUrl, shown);
}

/** Starts the runtime; falls back to a free port if the configured one is taken. */
async function serveDemo(
  context: CommandContext,
  databaseUrl: string,
  shown: Awaited<ReturnType<typeof tour>>,
): Promise<void> {
  const { terminal, config, log, release } = context;
  const start = (port: number) =>
    startServer({ config: Object.freeze({ ...config, port }), databaseUrl, log, demo: true });
  const server = await start(config.port).catch((error) => {
    if (!(error instanceof CoutureError) || error.code !== 'port_taken') throw error;
    terminal.note(`${error.message}; using a free port instead.`);
    return start(0);
  });
  release.defer('the runtime', () => server.close());
  const address = server.url + (config.basePath ?? '');
  terminal.heading('4. The runtime');
  terminal.print(
    `Serving at ${address}; press Ctrl-C to stop. Open it in a browser, or run in another terminal:`,
  );
  terminal.print();
  const id = encodeURIComponent(String(shown.product?.product.id ?? 1));
  for (const path of demoPaths(id)) terminal.print(`  curl -s '${address}${path}'`);
  terminal.print();
  terminal.print(
    server.demoSignIn
      ? `Sign in as a customer of the shop: ${address}/demo/sign-in`
      : 'Demo sign-in is off: it needs the sample shop, the embedded Postgres and a loopback address.',
  );
  await untilStopped(context, server);
}

function demoPaths(id: string): string[] {
  const lists = ['similar', 'bought-together', 'you-may-like', 'bundle'].map((kind) => `${kind}/${id}`);
  return [
    ...[...lists, 'trending'].map((list) => `/api/recommendations/${list}`),
    '/api/products?q=dress',
    '/api/openapi.json',
  ];
}

const next = [
  'npx couture recs inspect "wool coat"     the lists of a product, by id or name',
  'npx couture recs inspect --customer 7    the list of a customer, with reasons',
  'npx couture recs status                  the published build',
  'npx couture recs export --output a.csv   all lists as one file',
];

const ownShop = [
  'npx couture connect postgresql://user:password@host/shop',
  'npx couture serve',
  '',
  'Files instead of a database? npx couture import orders orders.csv.gz',
];

async function prepareShop(
  { terminal, release }: CommandContext,
  databaseUrl: string,
  sourceUrl: string,
  replace: boolean,
): Promise<void> {
  terminal.heading('1. The shop');
  const client = await openClient(databaseUrl, { applicationName: 'couture demo' });
  release.defer('the connection', () => client.end());
  if (!replace && (sourceUrl !== databaseUrl || (await hasShop(client)))) {
    terminal.print('Using the existing shop.');
    return;
  }
  await requireSampleGround(client);
  const stage = terminal.progress.stage('load sample shop');
  const counts = await loadSampleShop(client, sampleShop(undefined, shopPresent(sampleUntil)), { replace });
  await adoptShop(client, 'sample', { replace });
  stage.end('ClassyCouture, a fashion shop');
  printShop(terminal, counts);
}

async function hasShop(client: Parameters<typeof inspectSource>[0]): Promise<boolean> {
  const { views } = await inspectSource(client);
  return Object.values(views).some((view) => view.exists);
}
