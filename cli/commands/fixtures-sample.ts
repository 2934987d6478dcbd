// `couture fixtures sample`: the sample fashion shop, and the source views over it.
import { loadSampleShop } from '../../fixtures/sample/load-sample-shop.ts';
import { SAMPLE_UNTIL, sampleShop } from '../../fixtures/sample/sample-shop.ts';
import { requireSampleGround } from '../../fixtures/sample-ground.ts';
import { shopPresent } from '../../fixtures/shop-present.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { adoptShop } from '../../sql/adopt-shop.ts';
import { openClient } from '../../sql/pool.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { printShop } from '../terminal/shop-display.ts';

export const fixturesSampleCommand: CommandSpec = {
  usage: 'sample',
  summary: 'fill the database with the sample fashion shop',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--until <date>', `day of its last orders, or today (default: ${dayOf(SAMPLE_UNTIL)})`),
    flag('--replace', 'drop the sample or generated shop that is there'),
  ],
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release } = context;
  const replace = flags.replace === true;
  const until = parseDay(flags.until as string | undefined);
  const client = await openClient(await context.database(), { applicationName: 'couture fixtures' });
  release.defer('the connection', () => client.end());
  await requireSampleGround(client);
  const stage = terminal.progress.stage('Sample shop');
  const counts = await loadSampleShop(client, sampleShop(undefined, until), { replace });
  const { forgotFormerShop } = await adoptShop(client, 'sample', { replace });
  stage.end();
  terminal.result({ ...counts, until: dayOf(until), forgot_former_shop: forgotFormerShop });
  printShop(terminal, counts);
  if (forgotFormerShop) terminal.note('Another shop was here before: its builds are forgotten.');
  terminal.print('\nNext: couture recs build');
}

function parseDay(text: string | undefined): Date {
  if (text === undefined) return shopPresent(SAMPLE_UNTIL);
  const wanted = text === 'today' ? dayOf(new Date()) : text;
  const day = new Date(`${wanted}T00:00:00Z`);
  // Date takes 30 February for 2 March.
  if (!Number.isNaN(day.getTime()) && dayOf(day) === wanted && day.getUTCFullYear() >= 1990) return day;
  throw new CoutureError(
    'bad_option',
    `--until is ${JSON.stringify(text)}: expected a day such as 2026-11-15, or today`,
  );
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
