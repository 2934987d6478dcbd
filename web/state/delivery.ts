// Where an order goes: kept in this tab until it is left, so that a reload loses nothing that was typed.
import { typedLine } from '../../runtime/contract/text.ts';
import { saved } from './saved.ts';

export const deliveryFields = ['email', 'name', 'address', 'postcode', 'city', 'country'] as const;
export type DeliveryField = (typeof deliveryFields)[number];
export type Delivery = Readonly<Record<DeliveryField, string>>;

/** Maximum length of a field. */
export const maxField = 200;

const empty = Object.fromEntries(deliveryFields.map((field) => [field, ''])) as Delivery;

export const typedDelivery = saved<Delivery>('couture-delivery', empty, deliveryOf, 'sessionStorage');

/** Reads a stored value; undefined if it is invalid. */
export function deliveryOf(value: unknown): Delivery | undefined {
  const known = (value ?? {}) as Partial<Record<DeliveryField, unknown>>;
  if (!deliveryFields.every((field) => typeof known[field] === 'string')) return undefined;
  return Object.fromEntries(
    deliveryFields.map((field) => [field, typedLine(String(known[field])).slice(0, maxField)]),
  ) as Delivery;
}

/** What is wrong with a field, if anything. Places without postcodes exist. */
export function faultOf(field: DeliveryField, text: string): 'missing' | 'no address' | undefined {
  const words = typedLine(text);
  if (words === '') return field === 'postcode' ? undefined : 'missing';
  return field === 'email' && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(words) ? 'no address' : undefined;
}
