// placeholder
import type { UpliftReport } from './uplift.ts';
export function upliftPage(_r: UpliftReport): string {
  return '';
}
