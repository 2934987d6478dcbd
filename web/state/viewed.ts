// Products that were viewed on this device, newest first: for shoppers who look for one again.
import { mayReport } from '../api/report-events.ts';
import { saved } from './saved.ts';

const kept = 12;

const viewed = saved<readonly string[]>('couture-viewed', [], (value) =>
  Array.isArray(value) && value.every((id) => typeof id === 'string') ? value.slice(0, kept) : undefined,
);

export function viewedProducts(): readonly string[] {
  return viewed.read();
}

export function forgetViewed(): void {
  viewed.clear();
}

/** Remembers a product, unless the shopper opts out of tracking. */
export function rememberViewed(id: string): void {
  if (!mayReport()) return;
  viewed.write([id, ...viewed.read().filter((each) => each !== id)].slice(0, kept));
}
