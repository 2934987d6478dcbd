// `couture chat report`: volume, response times, ratings, and orders after chats.
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import { chatReport } from '../../chat-report/chat-report.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { shopLabel } from '../../shop-label.ts';
import { printChatReport } from '../../terminal/chat-report.ts';
import { periodFlags, readPeriod, writeReport } from '../report-period.ts';

/** With --json: `ChatReport` of cli/chat-report/chat-report.ts, and `shop` of cli/shop-label.ts. */
export const chatReportCommand: CommandSpec = {
  usage: 'report',
  summary: 'report volume, response times, ratings and the orders after chats',
  settings: ['databaseUrl', 'sourceUrl', 'home', 'chatTimeZone'],
  flags: periodFlags('count orders placed within this time after a chat'),
  help: `Examples:
  couture chat report --days 28
  couture chat report --days 90 --window 14d --html chats.html

Sales compare signed-in customers who chatted with others who had ordered about as often and as long ago. What made them
chat is not known, so a difference is no proof that chats sell. Chats belong to the agent who wrote last.
Exit codes: 0 reported, 1 failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, release, signal, config } = context;
  const period = readPeriod(flags);
  const client = await openClient(await context.database(), { applicationName: 'couture chat report' });
  release.defer('the connection', () => client.end());
  const source = await openClient(await context.source(), { applicationName: 'couture chat report' });
  release.defer('the connection to the orders', () => source.end());
  await requireMigrated(client);
  await requireSource(source);
  const report = await chatReport({ client, source, signal, timeZone: config.chatTimeZone, ...period });
  const shop = await shopLabel(config, source);
  printChatReport(terminal, report, shop);
  await writeReport(terminal, flags.html, async () => {
    const { chatReportPage } = await import('../../chat-report/chat-report-page.ts');
    return chatReportPage(report, shop);
  });
  terminal.result({ shop, ...report });
}
