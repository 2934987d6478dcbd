// A report on chats → a self-contained HTML page for the head of service.

import type { InvitationEffects } from '../../runtime/chat/invitation-effects.ts';
import type { ChatFigures } from '../../sql/store/chat/report.ts';
import { htmlTable, page, type Section } from '../page/page.ts';
import { axis, colour, plot } from '../page/plot.ts';
import { effectsBlock, howToRead, number, percent } from '../recs/uplift/effects-block.ts';
import type { ShopLabel } from '../shop-label.ts';
import { nameOf, quantiles } from '../terminal/chat-report.ts';
import type { ChatReport } from './chat-report.ts';

export function chatReportPage(report: ChatReport, shop: ShopLabel): string {
  const { all, days } = report;
  const [median, p90] = quantiles(all.first_response);
  return page({
    shop: shop.name,
    title: 'Chats',
    lead: `The last ${days} days: how many chats there were, how fast they were answered, what shoppers said, and what they bought afterwards.`,
    tiles: [
      { label: 'chats', value: number(all.chats), note: `${(all.chats / days).toFixed(1)} a day` },
      {
        label: 'first response, median',
        value: median ?? '–',
        ...(p90 ? { note: `9 of 10 within ${p90}` } : {}),
      },
      {
        label: 'answered',
        value: all.chats === 0 ? '–' : percent(all.answered / all.chats),
        note: `${number(all.missed)} after the target`,
      },
      {
        label: 'satisfied',
        value: all.ratings === 0 ? '–' : percent(all.satisfied / all.ratings),
        note: `${number(all.ratings)} ratings${all.score === null ? '' : `, ${all.score.toFixed(1)} of 5 on average`}`,
      },
    ],
    sections: [
      hourSection(report),
      ...(report.teams.some(({ id }) => id !== null) ? [groupSection('Teams', report.teams, columns)] : []),
      groupSection('Agents', report.agents, `A chat belongs to the agent who wrote last. ${columns}`),
      ...(report.labels.length > 0 ? [labelSection(report)] : []),
      salesSection(report, shop),
      ...report.invitations.map((each) => invitationSection(each, report, shop)),
    ],
  });
}

const columns =
  'Late: the target for the first response was missed. Messages: left while nobody was there. Response and end: median times from the start of a chat.';

function hourSection({ all, hours, days, time_zone }: ChatReport): Section {
  if (all.chats === 0) return { title: 'Hours', lead: 'No chat began in this period.', body: '' };
  const daily = hours.map((chats) => chats / days);
  const busiest = hours.indexOf(Math.max(...hours));
  return {
    title: 'Hours',
    lead: `Chats that began in each hour of an average day (${time_zone}).`,
    body: plot({
      label: `The busiest hour begins at ${busiest}:00, with ${daily[busiest]!.toFixed(1)} chats a day`,
      height: 260,
      option: (narrow) => ({
        grid: { left: 44, right: 16, top: 16, bottom: 44 },
        xAxis: axis('hour', {
          type: 'category',
          data: hours.map((_, hour) => String(hour)),
          axisLabel: { color: colour('--muted'), fontSize: 12, interval: narrow ? 3 : 0 },
          splitLine: { show: false },
        }),
        yAxis: axis('', { type: 'value', axisLabel: { color: colour('--muted'), fontSize: 12 } }),
        series: [{ name: 'chats a day', type: 'bar', color: colour('--s1'), data: daily }],
      }),
    }),
  };
}

function groupSection(title: string, groups: readonly ChatFigures[], lead: string): Section {
  const numbers = [
    'chats',
    'answered',
    'late',
    'messages',
    'response',
    '9 of 10 in',
    'end',
    '9 of 10 in',
    'rating',
    'satisfied',
  ];
  if (groups.length === 0) return { title, lead: 'No chat was answered in this period.', body: '' };
  return {
    title,
    lead,
    body: htmlTable(
      title,
      [
        { title: title.toLowerCase().replace(/s$/, '') },
        ...numbers.map((each) => ({ title: each, number: true })),
      ],
      groups.map((each) => [
        nameOf(each).replace(/^team /, ''),
        number(each.chats),
        number(each.answered),
        number(each.missed),
        number(each.offline),
        ...quantiles(each.first_response),
        ...quantiles(each.resolution),
        each.score === null ? undefined : `${each.score.toFixed(1)} (${number(each.ratings)})`,
        each.ratings === 0 ? undefined : percent(each.satisfied / each.ratings),
      ]),
    ),
  };
}

function labelSection({ labels, all }: ChatReport): Section {
  return {
    title: 'Labels',
    lead: 'Chats with each label. A chat can have several.',
    body: htmlTable(
      'Labels',
      [{ title: 'label' }, { title: 'chats', number: true }, { title: 'of all chats', number: true }],
      labels.map(({ name, chats }) => [name, number(chats), percent(chats / all.chats)]),
    ),
  };
}

function salesSection({ sales, window_days, detect }: ChatReport, { currency }: ShopLabel): Section {
  const title = 'Orders after chats';
  if (!sales || sales.chatted.visitors === 0)
    return {
      title,
      lead: `No signed-in customer who ordered before chatted at least ${window_days} days ago.`,
      body: '',
    };
  const { chatted, comparable, left_out } = sales;
  return {
    title,
    lead: `${number(chatted.visitors)} customers who chatted, and ${number(comparable.visitors)} who did not, but had ordered about as often and as long ago: what they ordered within ${window_days} days. ${howToRead} What made customers chat is not known, so a difference is no proof that chats sell. Not compared: ${number(left_out.too_recent)} who chatted less than ${window_days} days ago, ${number(left_out.new_customers)} who never ordered before, ${number(left_out.unmatched)} who are like too few others.`,
    body: effectsBlock(sales.effects, {
      names: ['chatted', 'comparable'],
      units: 'customers',
      detect,
      currency,
    }),
  };
}

function invitationSection(
  { invite, invited, holdout, opened, effects, left_out }: InvitationEffects,
  { window_days, detect }: ChatReport,
  { currency }: ShopLabel,
): Section {
  return {
    title: `Invitation ${invite}`,
    lead: `${number(invited.visitors)} visitors were invited, ${number(opened)} of them opened the chat from it, and ${number(holdout.visitors)} were held out by chance: what they ordered within ${window_days} days. ${effects ? howToRead : 'Without both groups there is nothing to compare.'} Not compared: ${number(left_out.too_recent)} who were invited less than ${window_days} days ago, ${number(left_out.both)} who were in both groups.`,
    body: effects
      ? effectsBlock(effects, { names: ['invited', 'control group'], units: 'visitors', detect, currency })
      : '',
  };
}
