// Prints the report on chats: figures by team and agent, hours, and sales.

import type { ChatFigures, Quantiles } from '../../sql/store/chat/report.ts';
import type { ChatReport } from '../chat-report/chat-report.ts';
import type { ShopLabel } from '../shop-label.ts';
import { count, percent } from './figures.ts';
import type { Terminal } from './terminal.ts';
import { span } from './times.ts';
import { printEffects } from './uplift-report.ts';

/** Labels in the terminal; the page and --json have all. */
const maxLabels = 10;

export function printChatReport(terminal: Terminal, report: ChatReport, shop: ShopLabel): void {
  terminal.heading(`${shop.name}: chats of the last ${report.days} days`);
  if (report.all.chats === 0) {
    terminal.print('No chat began in this period.');
    printInvitations(terminal, report);
    return;
  }
  const right = (title: string) => ({ title, align: 'right' as const });
  const groups = [
    report.all,
    ...(report.teams.some(({ id }) => id !== null) ? report.teams : []),
    ...report.agents,
  ];
  terminal.table(
    [
      { title: '' },
      right('chats'),
      right('answered'),
      right('late'),
      right('messages'),
      right('response'),
      right('9 of 10 in'),
      right('end'),
      right('9 of 10 in'),
      right('rating'),
      right('satisfied'),
    ],
    groups.map((each) => [
      nameOf(each),
      count(each.chats),
      count(each.answered),
      count(each.missed),
      count(each.offline),
      ...quantiles(each.first_response),
      ...quantiles(each.resolution),
      each.score === null ? undefined : `${each.score.toFixed(1)} of 5 (${count(each.ratings)})`,
      each.ratings === 0 ? undefined : percent(each.satisfied / each.ratings),
    ]),
  );
  terminal.print(
    '\nLate: the target for the first response was missed. Messages: left while nobody was there. Response and end: median times',
  );
  terminal.print('from the start of a chat.');
  if (report.labels.length > 0)
    terminal.print(
      `Labels: ${report.labels
        .slice(0, maxLabels)
        .map(({ name, chats }) => `${name} ${count(chats)}`)
        .join(', ')}.`,
    );
  const busiest = report.hours.indexOf(Math.max(...report.hours));
  terminal.print(
    `The busiest hour begins at ${busiest}:00 (${report.time_zone}), with ${(report.hours[busiest]! / report.days).toFixed(1)} chats a day.`,
  );
  printSales(terminal, report);
  printInvitations(terminal, report);
}

function printSales(terminal: Terminal, { sales, window_days, detect }: ChatReport): void {
  terminal.heading(`Orders within ${window_days} days of a chat`);
  if (!sales || sales.chatted.visitors === 0) {
    terminal.print('No signed-in customer who ordered before chatted that long ago.');
    return;
  }
  const { chatted, comparable, per_chatter, left_out } = sales;
  terminal.print(
    `${count(chatted.visitors)} customers who chatted placed ${count(chatted.orders)} orders; ${count(comparable.visitors)} who had ordered as often and as long ago, ${per_chatter} for each, placed ${count(comparable.orders)}.`,
  );
  printEffects(terminal, sales.effects, { units: 'customers', detect });
  terminal.print(
    `\nNot compared: ${count(left_out.too_recent)} chatted less than ${window_days} days ago, ${count(left_out.new_customers)} never ordered before, ${count(left_out.unmatched)} are like too few others.`,
  );
  terminal.print('What made customers chat is not known: the difference is no proof that chats sell.');
}

function printInvitations(terminal: Terminal, { invitations, window_days, detect }: ChatReport): void {
  for (const { invite, invited, holdout, opened, effects, left_out } of invitations) {
    terminal.heading(`Invitation ${invite}: orders within ${window_days} days`);
    terminal.print(
      `${count(invited.visitors)} visitors were invited, ${count(opened)} opened the chat from it, and they placed ${count(invited.orders)} orders; ${count(holdout.visitors)} in the control group placed ${count(holdout.orders)}.`,
    );
    if (effects) printEffects(terminal, effects, { units: 'visitors', detect });
    else terminal.print('Without both groups there is nothing to compare.');
    terminal.print(
      `Not compared: ${count(left_out.too_recent)} were invited less than ${window_days} days ago, ${count(left_out.both)} were in both groups.`,
    );
  }
}

export function nameOf({ of, id, name }: ChatFigures): string {
  if (of === 'all') return 'all chats';
  if (of === 'agent') return name ?? id!;
  return id === null ? 'no team' : `team ${name}`;
}

export function quantiles(times: Quantiles): [median: string | undefined, p90: string | undefined] {
  return times ? [span(times[0]), span(times[1])] : [undefined, undefined];
}
