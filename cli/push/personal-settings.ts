// What personal messages of a command are made of: the shop's ids, currency and name, read over a pool of their own.
import type { PersonalSettings } from '../../runtime/push/content/personal-composer.ts';
import { readIdTypes, readKeyTypes } from '../../sql/id-types.ts';
import { openPool } from '../../sql/pool.ts';
import type { CommandContext } from '../command.ts';
import { shopLabel } from '../shop-label.ts';

/** Opens a pool that is closed when the command ends. */
export async function personalSettings({
  config,
  database,
  release,
}: Pick<CommandContext, 'config' | 'database' | 'release'>): Promise<PersonalSettings> {
  const pool = openPool(await database(), { applicationName: 'couture push, content', max: 3 });
  release.defer('the pool of the content', () => pool.end());
  // If a view is missing, use the id types of the last build.
  const [found, keys] = await Promise.all([readIdTypes(pool), readKeyTypes(pool)]);
  const ids = {
    product: found.product ?? keys.product ?? 'text',
    customer: found.customer ?? keys.customer ?? 'text',
  } as const;
  return {
    source: { pool, ids, currency: config.currency },
    config,
    shopName: (await shopLabel(config, pool)).name,
  };
}
