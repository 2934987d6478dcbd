// Reports what became of recommendations: batches events, sends them in one beacon, and keeps them for later when offline.

import type { WireEvent } from '../../runtime/contract/event.ts';
import { sinceNoted } from '../state/device-clock.ts';
import { toJson } from '../state/json.ts';
import { newId } from '../state/new-id.ts';
import { below } from './own-base.ts';
import { isElsewhere } from './request.ts';

/** Takes batches that could not be sent; set by the shop, which has an outbox. */
export type Keep = (events: readonly WireEvent[], visitor: string | undefined) => void;

interface Batch {
  readonly base: string;
  readonly events: WireEvent[];
}

/** Maximum number of events that the runtime accepts in one request. */
const maxBatch = 50;
/** Milliseconds for which events are batched. */
const batchInterval = 2_000;

const batches = new Map<string, Batch>();
let timer: ReturnType<typeof setTimeout> | undefined;
let keep: Keep | undefined;
let listening = false;

export function keepUnsent(how: Keep): void {
  keep = how;
}

/** Reports an event, unless the shopper opts out of tracking (Global Privacy Control, Do Not Track). */
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
  if (batch.events.length >= maxBatch) sendReports();
  else timer ??= setTimeout(sendReports, batchInterval);
}

/** Sends the batched events now. */
export function sendReports(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const { base, events } of batches.values()) {
    const visitor = visitorId();
    const body = toJson({ events, ...(visitor ? { visitor } : {}) });
    const sent = navigator.onLine && send(base, body);
    if (!sent && !base) keep?.(events, visitor);
  }
  batches.clear();
}

/**
 * A beacon always carries cookies, and the runtime refuses those of a customer from another origin: of a shopper who is
 * also signed in to couture's own pages.
 */
function send(base: string, body: string): boolean {
  const url = below(base, '/api/events');
  if (!isElsewhere(base)) return navigator.sendBeacon?.(url, body) ?? false;
  fetch(url, { method: 'POST', body, credentials: 'omit', keepalive: true }).catch(() => {});
  return true;
}

/** Whether the shopper does not opt out of tracking. */
export function mayReport(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return !globalPrivacyControl && doNotTrack !== '1';
}

/** The visitor's id for the runtime, which shows each visitor the same lists; empty if the shopper opts out of tracking. */
export function visitorHeaders(): Record<string, string> {
  const visitor = mayReport() ? visitorId() : undefined;
  return visitor ? { 'X-Couture-Visitor': visitor } : {};
}

/** The id that this page uses, also if storage does not keep it. */
let unkept: string | undefined;

/** The next person on this device is another visitor. */
globalThis.addEventListener?.('couture-purged', () => (unkept = undefined));

/** A random id of this browser: it tells visitors apart without a name. */
function visitorId(): string {
  try {
    const known = localStorage.getItem('couture-visitor');
    if (known && /^[\w-]{8,64}$/.test(known)) return (unkept = known);
    unkept ??= newId();
    localStorage.setItem('couture-visitor', unkept);
    localStorage.setItem('couture-visitor-since', String(Date.now()));
  } catch {
    // Storage is full, blocked or absent: the id is valid until the page is left.
  }
  unkept ??= newId();
  return unkept;
}

/** Milliseconds after which a visitor who comes again is a returning one. */
const visitLength = 4 * 3_600_000;

/** Whether the visitor has had the id since an earlier visit. The time stays on the device. */
export function isReturning(): boolean {
  try {
    if (!mayReport() || localStorage.getItem('couture-visitor') === null) return false;
    // Ids of earlier versions have no time.
    return sinceNoted(Number(localStorage.getItem('couture-visitor-since'))) > visitLength;
  } catch {
    return false;
  }
}
