// Prints the health of push permissions: a table of push services, the steps of the sunset, and the weeks.
import { sunsetSteps } from '../../sql/store/push/sunset.ts';
import type { PushHealth, ServiceHealth } from '../push-report/push-health.ts';
import type { ShopLabel } from '../shop-label.ts';
import { count, percent, several } from './figures.ts';
import type { Terminal } from './terminal.ts';

const names: Readonly<Record<string, string>> = {
  all: 'all',
  fcm: 'Google (Chrome, Opera)',
  mozilla: 'Mozilla (Firefox)',
  apple: 'Apple (Safari)',
  wns: 'Microsoft (Edge)',
};

/** Push service → words. */
export function serviceName(service: string): string {
  return names[service] ?? service;
}

const right = (title: string) => ({ title, align: 'right' as const });
const share = (part: number, of: number) => (of > 0 ? percent(part / of) : '–');

export function printPushHealth(
  terminal: Terminal,
  health: PushHealth,
  sunset: boolean,
  shop: Pick<ShopLabel, 'name'>,
): void {
  const { total, services, weeks } = health;
  if (total.subscriptions === 0 && services.length === 0) {
    terminal.print('No browser is subscribed yet, and no message was sent.');
    return;
  }
  const rows = services.length > 1 ? [...services, total] : services;
  terminal.heading(`${shop.name}: push subscriptions`);
  terminal.table(
    [
      { title: 'push service' },
      right('browsers'),
      right('installed'),
      right('median age'),
      right('active'),
      right('reduced'),
      right('rare'),
      right('ended'),
    ],
    rows.map(({ service, subscriptions, installed, age, sunset: steps }) => [
      serviceName(service),
      count(subscriptions),
      share(installed, subscriptions),
      age ? several(Math.round(age.median), 'day') : '–',
      ...[steps.active, steps.reduced, steps.rare, steps.ended].map(count),
    ]),
  );
  terminal.print(sunsetWords(total, sunset));
  if (total.accepted + total.gone + total.failed === 0) {
    terminal.print(`No message was sent in the last ${weeks} weeks.`);
    return;
  }
  terminal.heading(`Messages of the last ${weeks} weeks`);
  terminal.table(
    [
      { title: 'push service' },
      right('accepted'),
      right('shown'),
      right('clicked'),
      right('95 % interval'),
      right('dismissed'),
      right('expired'),
      right('failed'),
    ],
    rows.map((each) => [
      serviceName(each.service),
      count(each.accepted),
      share(each.shown, each.accepted),
      each.click_rate ? percent(each.click_rate.rate) : '–',
      each.click_rate ? `${percent(each.click_rate.low)} to ${percent(each.click_rate.high)}` : '–',
      share(each.dismissed, each.accepted),
      each.gone_rate === null ? '–' : percent(each.gone_rate),
      count(each.failed),
    ]),
  );
  terminal.heading('Weeks');
  terminal.table(
    [{ title: 'from' }, right('accepted'), right('clicked'), right('dismissed'), right('expired')],
    total.weeks.map(({ from, accepted, clicked, dismissed, gone, failed }) => [
      from,
      count(accepted),
      share(clicked, accepted),
      share(dismissed, accepted),
      share(gone, accepted + gone + failed),
    ]),
  );
}

/** What the sunset does to these subscriptions, in a sentence. */
export function sunsetWords({ subscriptions, sunset }: ServiceHealth, isOn: boolean): string {
  const quiet = sunset.reduced + sunset.rare + sunset.ended;
  const [{ after }] = sunsetSteps;
  if (quiet === 0) return `No browser has had ${after} messages without a visit or a click.`;
  const have = `${count(quiet)} of ${count(subscriptions)} browsers (${percent(quiet / subscriptions)}) neither visited nor clicked after ${after} messages or more`;
  return isOn
    ? `${have}: they get one message a week (reduced) or in four weeks (rare), or none (ended), until they visit.`
    : `${have}, but push-sunset is off: they get every message.`;
}
