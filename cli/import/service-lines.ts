// Detects postage, fees, vouchers and similar non-products in order files: ids and names → why a product is a service.
// Patterns match whole names, so that a carriage clock stays a product.
import { serviceNames } from './service-names.ts';

/** Patterns for ids that identify a service. */
const serviceIds: ReadonlyArray<readonly [string, RegExp]> = [
  ['voucher', /^gift[_-]\d+/i],
  ['test', /^test[_-]?\d*$/i],
  ['charge', /^(bank charges|amazonfee|cruk)$/i],
];

/** Short ids that shops with numeric product ids use for services: POST, DOT, M, D. */
const shortIds: ReadonlyMap<string, string> = new Map([
  ['POST', 'postage'],
  ['DOT', 'postage'],
  ['C2', 'carriage'],
  ['C3', 'carriage'],
  ['M', 'manual entry'],
  ['D', 'discount'],
  ['S', 'sample'],
  ['B', 'adjustment'],
  ['ADJUST', 'adjustment'],
  ['ADJUST2', 'adjustment'],
  ['PADS', 'manual entry'],
]);

/** Characters of a name that are read: the patterns would take minutes for a megabyte of spaces. */
const maxName = 500;

/** Short ids count as services only if at least this share of ids has a digit; otherwise POST may be a product. */
const numberedShare = 0.95;

export interface Service {
  readonly productId: string;
  readonly name: string;
  /** Kind of service: postage, voucher, … */
  readonly why: string;
}

/**
 * Finds the services in a catalogue of id → name.
 * @param named ids and names that are services, whatever they look like
 */
export function findServices(
  products: Iterable<readonly [id: string, name: string]>,
  named: readonly string[] = [],
): Service[] {
  const all = [...products];
  const given = new Set(named.map((each) => each.trim().toLowerCase()));
  const numbered = all.filter(([id]) => /\d/.test(id)).length;
  const bookShort = numbered >= numberedShare * all.length;
  return all.flatMap(([productId, name]) => {
    const isGiven =
      given.has(productId.toLowerCase()) || (name !== '' && given.has(name.trim().toLowerCase()));
    const why = isGiven ? 'named with --services' : serviceKind(productId, name || productId, bookShort);
    return why ? [{ productId, name, why }] : [];
  });
}

function serviceKind(id: string, name: string, bookShort: boolean): string | undefined {
  const plain = plainWords(name);
  for (const [why, pattern] of serviceNames) if (pattern.test(plain)) return why;
  for (const [why, pattern] of serviceIds) if (pattern.test(id.trim())) return why;
  return bookShort ? shortIds.get(id.trim().toUpperCase()) : undefined;
}

/** `[SHIP_01] Frais d’expédition` → `frais d'expedition` */
function plainWords(name: string): string {
  return name
    .slice(0, maxName)
    .replace(/^\[[^\]]*\]\s*/, '')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/(\p{Script=Latin}|\p{Script=Greek})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .replaceAll('’', "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}
