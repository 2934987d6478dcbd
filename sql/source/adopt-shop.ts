// Run after a shop's tables were filled: writes its source views, deletes keys of a former shop, applies migrations.
import { migrate } from '../migrate.ts';
import { inTransaction, type Queryable } from '../pool.ts';
import { forgetFormerShop } from '../store/builds/former-shop.ts';
import { type PresetChoice, type PresetName, type PresetOutcome, writePreset } from './preset.ts';

/**
 * Points couture at the preset's tables.
 * @returns what became of the views, and whether builds of a former shop were deleted
 * @throws CoutureError `preset_conflict`, and those of `migrate`
 */
export async function adoptShop(
  client: Queryable,
  preset: PresetName,
  options: PresetChoice = {},
): Promise<{ views: PresetOutcome; forgotFormerShop: boolean }> {
  const written = await inTransaction(client, async () => ({
    views: await writePreset(client, preset, options),
    forgotFormerShop: await forgetFormerShop(client),
  }));
  await migrate(client);
  return written;
}
