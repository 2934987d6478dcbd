// What `couture customer …` begins with: the person that the argument stands for, and where the shop's customers are read.
import { requireMigrated } from '../../sql/migrate.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import type { ShopReads } from '../../sql/store/person/find-person.ts';
import type { CommandContext } from '../command.ts';
import { type ChosenPerson, choosePerson, shopReads } from './choose-person.ts';

export interface AskedPerson {
  readonly shop: ShopReads | undefined;
  /** Undefined if nobody is known by this id or address. */
  readonly person: ChosenPerson | undefined;
}

/**
 * @param client a session in couture's database; the shop's may be another, whose session ends with the command
 * @throws CoutureError `migration_missing`, `customer_ambiguous`, `bad_option`
 */
export async function askedPerson(
  context: CommandContext,
  client: Client,
  flags: Record<string, unknown>,
  text: string,
): Promise<AskedPerson> {
  await requireMigrated(client);
  const source = await context.source();
  const reader =
    source === (await context.database())
      ? client
      : await openClient(source, { applicationName: 'couture customer' });
  if (reader !== client) context.release.defer('the connection to the order source', () => reader.end());
  const shop = await shopReads(reader);
  return { shop, person: await choosePerson(client, shop, text, flags.guest === true) };
}
