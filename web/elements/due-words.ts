// `you buy this about every 5 weeks; last on 2 October 2026` → the same in the language of the page.
import { msg, str } from '@lit/localize';
import { formatCount, formatDay } from '../state/locale.ts';

type Unit = 'day' | 'week' | 'month' | 'year';

/** @param count undefined for one */
export function dueWords(who: string, count: string | undefined, unit: string, day: string): string {
  const every = intervalWords(count, unit as Unit);
  // English days without a time zone, such as 2 October 2026, would be read as midnight of the reader's zone.
  const on = formatDay(new Date(`${day} UTC`));
  return who === 'you'
    ? msg(str`You buy this about ${every}; last on ${on}`)
    : msg(str`Customers buy this about ${every}; you bought it on ${on}`);
}

/** For shops whose orders have no dates. */
export function ordersWords(who: string, count: string | undefined): string {
  if (who === 'you')
    return count === undefined
      ? msg('You buy this with almost every order')
      : msg(str`You buy this with about every ${formatCount(count)} orders`);
  return count === undefined
    ? msg('Customers buy this with almost every order')
    : msg(str`Customers buy this with about every ${formatCount(count)} orders`);
}

function intervalWords(count: string | undefined, unit: Unit): string {
  if (count === undefined)
    return {
      day: msg('every day'),
      week: msg('every week'),
      month: msg('every month'),
      year: msg('every year'),
    }[unit];
  return {
    day: msg(str`every ${formatCount(count)} days`),
    week: msg(str`every ${formatCount(count)} weeks`),
    month: msg(str`every ${formatCount(count)} months`),
    year: msg(str`every ${formatCount(count)} years`),
  }[unit];
}
