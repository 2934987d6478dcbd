// placeholder
import type { Examined } from '../examine.ts';
export function evaluationPage(_e: Examined): string {
  return '';
}
