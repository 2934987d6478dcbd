// Run after a shop's tables were filled: writes its source views, deletes keys of a former shop, applies migrations.
import { migrate } from '../migrate.ts';
import { inTransaction, type Queryable } from '../pool.ts';
import { forgetFormerShop } from '../store/builds/former-shop.ts';
import { type PresetName, writePreset } from './preset.ts';

/**
 * Points couture at the preset's tables.
 * @returns whether builds of a former shop were deleted
 * @throws CoutureError `preset_conflict`, and those of `migrate`
 */
export async function adoptShop(
  client: Queryable,
  preset: PresetName,
  options: { replace?: boolean } = {},
): Promise<{ forgotFormerShop: boolean }> {
  const forgotFormerShop = await inTransaction(client, async () => {
    await writePreset(client, preset, options);
    return await forgetFormerShop(client);
  });
  await migrate(client);
  return { forgotFormerShop };
}
