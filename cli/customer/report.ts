// What `couture customer …` prints about a person: rows by table, and what stays in the shop's own tables.
import type { ShopReads } from '../../sql/store/person/find-person.ts';
import type { Mentions } from '../../sql/store/person/mentions.ts';
import type { HeldRows } from '../../sql/store/person/person-data.ts';
import { type ShopHoldings, shopHoldings } from '../../sql/store/person/shop-holdings.ts';
import { count } from '../terminal/figures.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ChosenPerson } from './choose-person.ts';

const found: Record<ChosenPerson['by'], string> = {
  id: 'by id',
  shop: 'by e-mail address in the shop',
  chat: 'by the e-mail address given in a chat',
  guest: 'by the e-mail address given in chats',
};

export function printPerson(terminal: Terminal, { name, by, identity, shared }: ChosenPerson): void {
  terminal.print(`${name}, found ${found[by]}.`);
  if (by !== 'guest' && identity.emails.length > 0)
    terminal.print(`Chats of guests who gave ${identity.emails.join(' or ')} count as this customer’s.`);
  for (const email of shared)
    terminal.print(
      `Several customers have the address ${email}: chats of guests who gave it are left out; name them with "${email} --guest".`,
    );
}

export function printHeld(terminal: Terminal, held: readonly HeldRows[]): void {
  terminal.table(
    [{ title: 'Table' }, { title: 'Rows', align: 'right' }, { title: 'What remains', shrink: true }],
    held.map(({ table, rows, kept }) => [table, count(rows), kept ?? 'nothing']),
  );
}

/** Texts that stay. */
export function printMentions(terminal: Terminal, mentions: readonly Mentions[]): void {
  if (mentions.length === 0) return;
  const where = mentions.map(({ table, rows }) => `${table} ${count(rows)}`).join(', ');
  terminal.print(
    `Texts of staff and other people that have the address are left alone: ${where}. Search for the address, and change or delete them.`,
  );
}

/** Undefined for guests and for a shop without source views. */
export async function holdingsOf(
  shop: ShopReads | undefined,
  { identity: { customerId } }: ChosenPerson,
): Promise<ShopHoldings | undefined> {
  return shop && customerId !== null ? shopHoldings(shop, customerId) : undefined;
}

export function printHoldings(terminal: Terminal, holdings: ShopHoldings | undefined): void {
  if (!holdings) return;
  const { tables, customers, order_lines, watch_list } = holdings;
  if (tables.length > 0 && customers + order_lines + watch_list > 0) {
    terminal.print(
      `The shop’s own tables are left alone: ${tables.join(', ')}. Rows of this customer in the source views: customer ${count(customers)}, order_line ${count(order_lines)}, watchlist ${count(watch_list)}.`,
    );
    if (order_lines > 0)
      terminal.print(
        'As long as the shop keeps these orders under this customer, the next build makes lists for the customer again.',
      );
  }
}
