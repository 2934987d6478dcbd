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
    'out for delivery',
    'fulfilled',
    'versandt',
    'versendet',
  ],
  ready: ['ready', 'ready for pickup', 'ready to collect', 'abholbereit'],
  delivered: ['delivered', 'received', 'geliefert', 'zugestellt'],
  completed: ['complete', 'completed', 'done', 'closed', 'abgeschlossen'],
};

const stages = new Map(
  Object.entries(statuses).flatMap(([stage, words]) => words.map((word) => [word, stage as OrderStage])),
);

/** @param status as the shop writes it: `PartiallyShipped`, `in_transit`, `Being processed` */
export function orderStage(status: string | null): OrderStage | null {
  const words = (status ?? '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean)
    .join(' ');
  return stages.get(words) ?? null;
}
