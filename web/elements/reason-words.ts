// Why a product is recommended, in the language of the page. The runtime sends English reasons: known ones are translated,
// others are shown unchanged.
import { msg, str } from '@lit/localize';
import { formatCount } from '../state/locale.ts';
import { dueWords, ordersWords } from './due-words.ts';

/** Takes the parts of the pattern; undefined for one that did not match. */
type Say = (...parts: (string | undefined)[]) => string;

/** The reasons that couture.reason_words and the runtime write. */
const known: ReadonlyArray<readonly [RegExp, Say]> = [
  [
    /^rising: sells (\d+) times as often as usual$/,
    (times) => msg(str`Selling ${formatCount(times!)}× faster than usual`),
  ],
  [
    /^rising: (\d+) % above its usual rate$/,
    (share) => msg(str`Selling ${formatCount(share!)}% faster than usual`),
  ],
  [/^selling steadily$/, () => msg('Always popular')],
  [/^bought in 1 order$/, () => msg('Bought once')],
  [/^bought in (\d+) orders$/, (orders) => msg(str`Bought ${formatCount(orders!)} times`)],
  [/^bought in (\d+) or more orders$/, (orders) => msg(str`Bought ${formatCount(orders!)} times or more`)],
  [/^bestseller( of the shop)?$/, () => msg('Bestseller')],
  [/^bestseller in its category$/, () => msg('Bestseller in its category')],
  [/^because (.+) is on your watch list$/, (name) => msg(str`Because you saved ${name!}`)],
  [/^because of your watch list$/, () => msg('Based on your watchlist')],
  [/^you bought this before$/, () => msg('You bought this before')],
  [/^you bought (.+) before$/, (name) => msg(str`You bought ${name!} before`)],
  [/^you often buy this$/, () => msg('You often buy this')],
  [/^you often buy (.+)$/, (name) => msg(str`You often buy ${name!}`)],
  [
    /^(you|customers) buy this about every (?:(\d+) )?(day|week|month|year)s?; (?:last|you bought it) on (\d+ \w+ \d+)$/,
    (who, count, unit, day) => dueWords(who!, count, unit!, day!),
  ],
  [/^(you|customers) buy this in about every (?:(\d+) )?orders?$/, (who, count) => ordersWords(who!, count)],
  [/^because you bought (.+)$/, (name) => msg(str`Because you bought ${name!}`)],
  [/^because of what you bought$/, () => msg('Based on your purchases')],
  [/^1 customers? bought both$/, () => msg('Also bought by another customer')],
  [
    /^(\d+) customers bought both$/,
    (customers) => msg(str`Also bought by ${formatCount(customers!)} customers`),
  ],
  [
    /^(\d+) or more customers bought both$/,
    (customers) => msg(str`Also bought by ${formatCount(customers!)} customers or more`),
  ],
  [
    /^bought instead: (\d+) customers bought both, rarely together$/,
    (customers) => msg(str`Also bought by ${formatCount(customers!)} customers`),
  ],
  [/^bought (?:by the same customers|instead, rarely together)$/, () => msg('Bought by the same customers')],
  [/^bought together in 1 orders?$/, () => msg('Bought together before')],
  [
    /^bought together in (\d+) orders$/,
    (orders) => msg(str`Often bought together (${formatCount(orders!)} orders)`),
  ],
  [
    /^bought together in (\d+) or more orders$/,
    (orders) => msg(str`Often bought together (${formatCount(orders!)} orders or more)`),
  ],
  [/^bought together before$/, () => msg('Bought together before')],
  [/^(?:same category|similar description), similar price$/, () => msg('Similar style and price')],
  [/^same category$/, () => msg('From the same category')],
  [/^same parent category$/, () => msg('From a related category')],
  [/^rising in its category$/, () => msg('Trending in its category')],
  [/^goes with its category$/, () => msg('Goes well with items like this')],
  [/^picked by the shop$/, () => msg('Picked by the shop')],
  [/^the product itself$/, () => ''],
];

/** A merchant's boost is no reason for a shopper. */
const merchants = /, (?:boosted|lowered) by the shop$/;

export function reasonWords(reason: string): string {
  const plain = reason.replace(merchants, '');
  for (const [pattern, say] of known) {
    const found = pattern.exec(plain);
    if (found) return say(...found.slice(1));
  }
  return plain;
}
