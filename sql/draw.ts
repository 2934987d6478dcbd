// Draws people into groups by a stable hash, so that all processes and runs agree without stored state.
import { createHash } from 'node:crypto';

/**
 * A stable number in [0, 1). Draws for different purposes are independent.
 * @param purpose what is decided, such as the name of a journey
 */
export function drawOf(purpose: string, unit: string): number {
  return createHash('sha256').update(`${purpose} ${unit}`).digest().readUInt32BE(0) / 2 ** 32;
}
