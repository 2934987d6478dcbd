// `couture push segments`: lists audience segments with their current sizes.
import type { Client } from '../../../sql/pool.ts';
import { type Audience, audienceOverlaps, segmentSize, segments } from '../../../sql/store/push/segments.ts';
import { checkWatched } from '../../../sql/store/push/watched.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { checkCustomSegment, checkCustomSegments, readCustomSegments } from '../../push/custom-segments.ts';
import { parseSegments, termsOf, writtenSegment } from '../../push/segment-expression.ts';
import { warnOfCategories } from '../../push/warn-categories.ts';
import { count } from '../../terminal/figures.ts';

/**
 * With --json: {segments: [{segment, summary, customers, subscribed}]}; null if a segment needs an argument. With an expression:
 * {segment, subscribed, terms: [{segment, subscribed, both}]}; `both` has the customers in common with each term.
 */
export const pushSegments: CommandSpec = {
  usage: 'segments [expression]',
  summary: 'list audience segments with their current sizes, or the overlap of those in an expression',
  settings: ['databaseUrl', 'home'],
  help: `Examples:
  couture push segments
  couture push segments 'bought:Dresses and not (inactive:90 or viewed:"Health and Beauty")'

Combine segments with and, or, not and parentheses; not binds tightest, then and. Arguments that contain one of these words or a
parenthesis go in double quotes. A product counts as viewed when its page was opened or a recommendation of it was clicked. Customers who are in no segment
are in its opposite; visitors who are not signed in are in neither.

Your own segments are files in the folder COUTURE_SEGMENTS: big-spenders.sql is a query for the ids of customers, of one column, whose
first comment says who they are. It is checked in a read-only transaction of at most 30 s. Exit codes: 0 listed, 1 failed, 2 an
invalid expression or segment.`,
  run,
};

async function run(context: CommandContext, _: Record<string, unknown>, given?: unknown): Promise<void> {
  const custom = readCustomSegments(context.config.segments);
  const expression = given === undefined ? undefined : parseSegments(String(given), custom);
  const client = await openPush(context, 'segments');
  await checkWatched(client);
  if (expression) await warnOfCategories(context.terminal, client, expression);
  if (expression) {
    await checkCustomSegments(client, expression, custom);
    return showOverlaps(context, client, expression);
  }
  const found = [];
  for (const [name, { argument, summary }] of Object.entries(segments)) {
    const size = await segmentSize(client, name);
    const shown = argument ? `${name}:${argument.default ?? `<${argument.name}>`}` : name;
    found.push({
      segment: shown,
      summary,
      customers: size?.customers ?? null,
      subscribed: size?.subscribed ?? null,
    });
  }
  for (const segment of custom.values())
    found.push({
      segment: segment.name,
      summary: segment.summary,
      ...(await checkCustomSegment(client, segment)),
    });
  context.terminal.result({ segments: found });
  context.terminal.table(
    [
      { title: 'segment' },
      { title: 'customers who', wrap: true },
      { title: 'customers', align: 'right' },
      { title: 'subscribed', align: 'right' },
    ],
    found.map(({ segment, summary, customers, subscribed }) => [
      segment,
      summary,
      customers === null ? '–' : count(customers),
      subscribed === null ? '–' : count(subscribed),
    ]),
  );
  context.terminal.print('To try a segment: couture push send … --segment inactive:90 --dry-run');
}

async function showOverlaps(
  { terminal }: CommandContext,
  client: Client,
  expression: Audience,
): Promise<void> {
  const terms = termsOf(expression);
  const [sizes, ...rows] = await audienceOverlaps(client, [
    expression,
    ...terms.map(({ audience }) => audience),
  ]);
  const found = terms.map(({ written }, at) => ({
    segment: written,
    subscribed: rows[at]![at + 1]!,
    both: rows[at]!.slice(1),
  }));
  const written = writtenSegment(expression);
  terminal.result({ segment: written, subscribed: sizes![0]!, terms: found });
  terminal.print(`${count(sizes![0]!)} subscribed customers: ${written}`);
  if (found.length < 2) return;
  terminal.heading('Customers in both');
  terminal.table(
    [
      { title: 'segment' },
      { title: 'subscribed', align: 'right' },
      ...found.map(({ segment }) => ({ title: segment, align: 'right' as const })),
    ],
    found.map(({ segment, subscribed, both }, at) => [
      segment,
      count(subscribed),
      ...both.map((n, other) => (other === at ? '' : count(n))),
    ]),
  );
}
