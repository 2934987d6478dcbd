// `couture push health`: subscriptions, reactions and expired permissions by push service.

import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { numberOf } from '../../push/campaign-flags.ts';
import { pushHealth } from '../../push-report/push-health.ts';
import { shopLabel } from '../../shop-label.ts';
import { printPushHealth } from '../../terminal/push-health.ts';
import { writeReport } from '../report-period.ts';

/** With --json: `PushHealth` of cli/push-report/push-health.ts, and `shop` of cli/shop-label.ts. */
export const pushHealthCommand: CommandSpec = {
  usage: 'health',
  summary: 'report subscriptions, reactions to messages and expired permissions by push service',
  settings: ['databaseUrl', 'home', 'pushSunset'],
  flags: [
    flag('--weeks <n>', 'number of weeks to cover, up to now').default('12'),
    flag('--html <file>', 'write an HTML report with plots'),
  ],
  help: `Examples:
  couture push health
  couture push health --weeks 26 --html push.html

Browsers report that they showed a message if the service worker runs; Safari shows some messages without it. Who neither
visits nor clicks gets fewer campaigns and journeys, then none (COUTURE_PUSH_SUNSET), because browsers revoke the permission of shops that people ignore.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal, config } = context;
  const weeks = numberOf('--weeks', flags.weeks, 1, 104);
  const client = await openPush(context, 'health');
  const health = await pushHealth(client, weeks);
  const shop = await shopLabel(config, client);
  printPushHealth(terminal, health, config.pushSunset, shop);
  await writeReport(terminal, flags.html, async () => {
    const { pushHealthPage } = await import('../../push-report/push-health-page.ts');
    return pushHealthPage(health, config.pushSunset, shop);
  });
  terminal.result({ shop, ...health });
}
