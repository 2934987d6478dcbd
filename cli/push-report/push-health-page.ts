// The health of push permissions → a self-contained HTML page.
import { htmlTable, page, type Section } from '../page/page.ts';
import { axis, colour, plot, seriesColours } from '../page/plot.ts';
import { number, percent } from '../recs/uplift/effects-block.ts';
import type { ShopLabel } from '../shop-label.ts';
import { serviceName, sunsetWords } from '../terminal/push-health.ts';
import type { PushHealth, ServiceHealth } from './push-health.ts';

/** @param sunset whether subscribers who don't react are spared */
export function pushHealthPage(health: PushHealth, sunset: boolean, shop: Pick<ShopLabel, 'name'>): string {
  const { total, weeks } = health;
  const reacting = total.sunset.active;
  return page({
    shop: shop.name,
    title: 'Push permissions',
    lead: `Who lets the shop send messages, how people react to them, and whose permission is at risk: ${weeks} weeks up to now.`,
    tiles: [
      {
        label: 'browsers',
        value: number(total.subscriptions),
        ...(total.age ? { note: `half for more than ${number(Math.round(total.age.median))} days` } : {}),
      },
      {
        label: 'reacting',
        value: share(reacting, total.subscriptions),
        note: `${number(reacting)} browsers`,
      },
      {
        label: 'clicked',
        value: total.click_rate ? percent(total.click_rate.rate) : '–',
        note: `of ${number(total.accepted)} messages`,
      },
      {
        label: 'expired',
        value: total.gone_rate === null ? '–' : percent(total.gone_rate),
        note: `${number(total.gone)} subscriptions`,
      },
    ],
    sections: [
      ...(total.accepted > 0 ? [trendSection(health)] : []),
      sunsetSection(health, sunset),
      subscriptionSection(health),
      messageSection(health),
    ],
  });
}

/** Wide gaps, since texts are drawn in a font that is wider than echarts expects. */
const legend = (narrow: boolean) => ({
  bottom: 0,
  itemGap: narrow ? 18 : 32,
  textStyle: { color: colour('--muted'), fontSize: narrow ? 11 : 12 },
});

/** Google, Apple… */
function shortName(service: string): string {
  return serviceName(service).replace(/ \(.*/, '');
}

function trendSection({ services, total }: PushHealth): Section {
  const shown = services.filter(({ accepted }) => accepted > 0).slice(0, seriesColours.length);
  const [first, last] = [total.weeks.find(({ accepted }) => accepted > 0)!, total.weeks.at(-1)!];
  return {
    title: 'Clicks week by week',
    lead: 'Clicks per message that the push service accepted. A falling line is the first sign that people are about to be lost.',
    body: plot({
      label: `Of the messages of the week from ${first.from}, ${rate(first)} were clicked; of the last week, ${rate(last)}`,
      height: 320,
      option: (narrow) => ({
        grid: { left: 52, right: 16, top: 16, bottom: narrow ? 84 : 64 },
        legend: legend(narrow),
        xAxis: axis('', {
          type: 'category',
          data: total.weeks.map(({ from }) => from.slice(5)),
          axisLabel: { color: colour('--muted'), fontSize: 12, hideOverlap: true },
          splitLine: { show: false },
        }),
        yAxis: axis('', {
          type: 'value',
          axisLabel: { color: colour('--muted'), fontSize: 12, formatter: '{value} %' },
        }),
        series: shown.map(({ service, weeks }, at) => ({
          name: shortName(service),
          type: 'line',
          symbolSize: 6,
          color: colour(seriesColours[at]!),
          data: weeks.map(({ accepted, clicked }) =>
            accepted > 0 ? Number(((100 * clicked) / accepted).toFixed(2)) : null,
          ),
        })),
      }),
    }),
  };
}

const steps = [
  { name: 'active', label: 'active', role: '--s3' },
  { name: 'reduced', label: 'one a week', role: '--s6' },
  { name: 'rare', label: 'one in four weeks', role: '--s2' },
  { name: 'ended', label: 'none', role: '--s8' },
] as const;

function sunsetSection({ services, total }: PushHealth, isOn: boolean): Section {
  const shown = services.filter(({ subscriptions }) => subscriptions > 0);
  if (shown.length === 0)
    return { title: 'Reactions', lead: 'No browser is subscribed at the moment.', body: '' };
  const names = shown.map(({ service }) => shortName(service)).toReversed();
  return {
    title: 'Reactions',
    lead: `${sunsetWords(total, isOn)} Browsers revoke the permission of shops that send messages to people who ignore them; installed shops are exempt.`,
    body: plot({
      label: sunsetWords(total, isOn),
      height: 120 + 56 * shown.length,
      option: (narrow) => ({
        grid: { left: 84, right: 24, top: 8, bottom: narrow ? 108 : 76 },
        legend: legend(narrow),
        xAxis: axis('share of the browsers', {
          type: 'value',
          max: 100,
          axisLabel: { color: colour('--muted'), fontSize: 12, formatter: '{value} %', hideOverlap: true },
        }),
        yAxis: axis('', { type: 'category', data: names }),
        series: steps.map(({ name, label, role }) => ({
          name: label,
          type: 'bar',
          stack: 'steps',
          barMaxWidth: 26,
          color: colour(role),
          data: shown
            .map(({ sunset, subscriptions }) => Number(((100 * sunset[name]) / subscriptions).toFixed(1)))
            .toReversed(),
        })),
      }),
    }),
  };
}

function subscriptionSection({ services }: PushHealth): Section {
  const title = 'Subscriptions';
  return {
    title,
    lead: 'Age: how long ago the browsers subscribed; nine of ten are younger than the last figure. Installed: opened as an app within 90 days.',
    body: htmlTable(
      title,
      [
        { title: 'push service' },
        ...['browsers', 'installed', 'median age', '9 of 10 below', 'reduced', 'rare', 'ended'].map(
          (each) => ({
            title: each,
            number: true,
          }),
        ),
      ],
      services.map(({ service, subscriptions, installed, age, sunset }) => [
        serviceName(service),
        number(subscriptions),
        share(installed, subscriptions),
        ...(age
          ? [age.median, age.p90].map((each) => `${number(Math.round(each))} days`)
          : [undefined, undefined]),
        number(sunset.reduced),
        number(sunset.rare),
        number(sunset.ended),
      ]),
    ),
  };
}

function messageSection({ services }: PushHealth): Section {
  const title = 'Messages';
  return {
    title,
    lead: 'Of campaigns and journeys. Shown and dismissed are what service workers report; not every browser runs them. Expired: the browser has unsubscribed or revoked the permission.',
    body: htmlTable(
      title,
      [
        { title: 'push service' },
        ...['accepted', 'shown', 'clicked', '95 % interval', 'dismissed', 'expired', 'failed'].map(
          (each) => ({
            title: each,
            number: true,
          }),
        ),
      ],
      services.map(cellsOf),
    ),
  };
}

function cellsOf(each: ServiceHealth): Array<string | undefined> {
  const { service, accepted, shown, click_rate, dismissed, gone_rate, failed } = each;
  return [
    serviceName(service),
    number(accepted),
    share(shown, accepted),
    click_rate ? percent(click_rate.rate) : undefined,
    click_rate ? `${percent(click_rate.low)} to ${percent(click_rate.high)}` : undefined,
    share(dismissed, accepted),
    gone_rate === null ? undefined : percent(gone_rate),
    number(failed),
  ];
}

function rate({ clicked, accepted }: { clicked: number; accepted: number }): string {
  return share(clicked, accepted);
}

function share(part: number, of: number): string {
  return of > 0 ? percent(part / of) : '–';
}
