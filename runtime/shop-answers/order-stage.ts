// How far an order is: the status as shop platforms write it → a stage that answers have words for.
import type { OrderStage } from '../contract/shop-answer.ts';

/** Stage → statuses in lower case, with spaces between words. Others are quoted as the shop writes them. */
const statuses: Readonly<Record<OrderStage, readonly string[]>> = {
  processing: [
    'new',
    'open',
    'placed',
    'pending',
    'paid',
    'confirmed',
    'processing',
    'in process',
    'in progress',
    'being processed',
    'preparing',
    'packed',
    'sale',
    'unfulfilled',
    'not fulfilled',
    'payment authorized',
    'payment settled',
    'backorder',
    // A shipment that is ready is ready to be sent.
    'ready',
    'ready to ship',
    'bezahlt',
    'offen',
    'in bearbeitung',
  ],
  partly_shipped: [
    'partial',
    'partially shipped',
    'partially fulfilled',
    'partially delivered',
    'teilweise versendet',
    'teilweise geliefert',
  ],
  shipped: [
    'shipped',
    'sent',
    'dispatched',
    'in transit',
    'on the way',
    'fulfilled',
    'versandt',
    'versendet',
  ],
  out_for_delivery: ['out for delivery', 'in zustellung'],
  ready: [
    'ready for pickup',
    'ready to collect',
    'ready for collection',
    'available for pickup',
    'abholbereit',
  ],
  // "received" may be said of the order, too.
  delivered: ['delivered', 'geliefert', 'zugestellt'],
  completed: ['complete', 'completed', 'done', 'closed', 'abgeschlossen'],
  cancelled: ['cancel', 'canceled', 'cancelled', 'storniert'],
  refunded: ['refunded', 'payment refunded', 'fully refunded', 'erstattet'],
};

const stages = new Map(
  Object.entries(statuses).flatMap(([stage, words]) => words.map((word) => [word, stage as OrderStage])),
);

/**
 * @param status as the shop writes it: `PartiallyShipped`, `in_transit`, `Being processed`, or two in one: `canceled,
 *   payment refunded`
 */
export function orderStage(status: string | null): OrderStage | null {
  const words = (status ?? '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean)
    .join(' ');
  const known = stages.get(words);
  if (known) return known;
  // Of several statuses, as in "canceled, payment refunded", the one that ends the order.
  const parts = words.split(', ').map((part) => stages.get(part));
  return (['refunded', 'cancelled'] as const).find((stage) => parts.includes(stage)) ?? null;
}
