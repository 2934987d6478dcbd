// Step 8: are the contents of the views plausible? The checks of `couture doctor` that concern the shop.
import { type Check, type DoctorTarget, runChecks } from '../doctor/checks.ts';

export interface ContentReport {
  readonly checks: readonly Check[];
  /** Whether a check failed, so that a build would make wrong or empty lists. */
  readonly failed: boolean;
}

/** Names of checks that say nothing about the shop. */
const machine = new Set([
  'Node',
  'memory',
  'disk',
  'Postgres',
  'order source',
  'server',
  'clock',
  'rights',
  'COPY',
]);

export async function checkContent(target: DoctorTarget): Promise<ContentReport> {
  const { checks } = await runChecks(target);
  const shop = checks.filter((check) => !machine.has(check.name));
  return { checks: shop, failed: shop.some((check) => check.state === 'fail') };
}
