// A segment of a category that no product has is empty, or everybody in its opposite: says so, with the name that was likely meant.
import { closest, distance } from 'fastest-levenshtein';
import type { Queryable } from '../../sql/pool.ts';
import { type Audience, unknownCategories } from '../../sql/store/push/segments.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { categoriesOf } from './segment-expression.ts';

/** Warns of categories in an audience that no product has. */
export async function warnOfCategories(
  terminal: Pick<Terminal, 'warn'>,
  client: Queryable,
  audience: Audience,
): Promise<void> {
  const { unknown, known } = await unknownCategories(client, categoriesOf(audience));
  for (const name of unknown) {
    const near = known.length > 0 ? closest(name, known) : '';
    const likely = near && distance(name.toLowerCase(), near.toLowerCase()) <= Math.min(3, name.length / 2);
    terminal.warn(
      `No product is in the category ${JSON.stringify(name)}.${likely ? ` Did you mean ${JSON.stringify(near)}?` : ''}`,
    );
  }
}
