// Step 3: which orders count? The statuses that the shop has → where it differs from the platform's preset.
import { CoutureError } from '../../runtime/core/errors.ts';
import type { StatusCount } from '../../sql/source/detect-platform.ts';
import type { StatusChoice } from '../../sql/source/order-statuses.ts';
import { askUntil, type Conversation } from './conversation.ts';

/** Number of statuses that are offered for a change. */
const shownStatuses = 12;

/** Asks whether other statuses should count. The answer holds all differences from the preset, former ones included. */
export async function askStatuses(
  statuses: readonly StatusCount[],
  chosen: StatusChoice,
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<StatusChoice> {
  // Orders without a status cannot be named in a setting.
  const named = statuses
    .slice(0, shownStatuses)
    .flatMap((each) => (each.status ? [{ ...each, status: each.status }] : []));
  if (!conversation.interactive || named.length === 0) return chosen;
  const list = named
    .map(({ status, counts }, at) => `${at + 1} ${status} (${counts ? 'yes' : 'no'})`)
    .join(', ');
  const switched = await askUntil(
    conversation,
    `Which orders count: ${list}. Numbers to switch, such as "2 5"`,
    'no change',
    (answer) => (answer === 'no change' ? [] : numbersOf(answer, named.length)),
    complain,
  );
  const changes = switched.map((at) => named[at - 1]!);
  const without = (list: readonly string[]) =>
    list.filter((status) => !changes.some((each) => each.status === status));
  return {
    count: [...without(chosen.count), ...changes.filter((each) => !each.counts).map((each) => each.status)],
    skip: [...without(chosen.skip), ...changes.filter((each) => each.counts).map((each) => each.status)],
  };
}

function numbersOf(answer: string, highest: number): number[] {
  const numbers = answer
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  if (numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= highest))
    return [...new Set(numbers)];
  throw new CoutureError(
    'bad_option',
    `${JSON.stringify(answer)} is not a list of numbers from 1 to ${highest}`,
    'Type numbers with spaces between them.',
  );
}

/** `pending 31,020 yes · completed 2,800 yes` */
export function statusWords(statuses: readonly StatusCount[], format: (orders: number) => string): string {
  const words = statuses
    .slice(0, shownStatuses)
    .map(({ status, orders, counts }) => `${status ?? '(none)'} ${format(orders)} ${counts ? 'yes' : 'no'}`);
  const more = statuses.length - shownStatuses;
  return words.join(' · ') + (more > 0 ? ` · ${more} more` : '');
}
