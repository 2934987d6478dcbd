// What became of recommendations: gathered for a moment, sent in one beacon, kept for later where there is no network.
import type { WireEvent } from '../../runtime/contract/event.ts';
import { newId } from '../state/new-id.ts';

/** Where batches go that could not be sent; set by the shop, which has an outbox. */
export type Keep = (events: readonly WireEvent[], visitor: string | undefined) => void;

interface Batch {
  readonly base: string;
  readonly events: WireEvent[];
}

/** As many as the runtime takes at once. */
const most = 50;
/** Milliseconds for which events are gathered. */
const gathered = 2_000;

const batches = new Map<string, Batch>();
let timer: ReturnType<typeof setTimeout> | undefined;
let keep: Keep | undefined;
let listening = false;

export function keepUnsent(how: Keep): void {
  keep = how;
}

/** Counts an event. Nobody who asks not to be followed is (Global Privacy Control, Do Not Track). */
export function report(base: string, event: WireEvent): void {
  if (!mayReport()) return;
  const batch = batches.get(base) ?? { base, events: [] };
  batches.set(base, batch);
  batch.events.push(event);
  if (!listening) {
    listening = true;
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'hidden' && sendReports(),
    );
    addEventListener('pagehide', sendReports);
  }
  if (batch.events.length >= most) sendReports();
  else timer ??= setTimeout(sendReports, gathered);
}

/** Sends what was gathered. */
export function sendReports(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const { base, events } of batches.values()) {
    const visitor = visitorId();
    const body = JSON.stringify({ events, ...(visitor ? { visitor } : {}) });
    const sent = navigator.onLine && navigator.sendBeacon?.(`${base}/api/events`, body);
    if (!sent && !base) keep?.(events, visitor);
  }
  batches.clear();
}

function mayReport(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return !globalPrivacyControl && doNotTrack !== '1';
}

/** The visitor as the runtime is told, so that it shows each the same lists; nobody who asks not to be followed. */
export function visitorHeaders(): Record<string, string> {
  const visitor = mayReport() ? visitorId() : undefined;
  return visitor ? { 'X-Couture-Visitor': visitor } : {};
}

/** Made in this page; counts where storage cannot keep it. */
let unkept: string | undefined;

/** An id that this browser made up: it tells visitors apart without a name. */
function visitorId(): string {
  try {
    const known = localStorage.getItem('couture-visitor');
    if (known && /^[\w-]{8,64}$/.test(known)) return known;
    unkept ??= newId();
    localStorage.setItem('couture-visitor', unkept);
  } catch {
    // Full, blocked or absent: the id holds until the page is left.
  }
  unkept ??= newId();
  return unkept;
}
