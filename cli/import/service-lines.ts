// Detects postage, fees, vouchers and similar non-products in order files: ids and names → why a product is a service.
// Patterns match whole names, so that a carriage clock stays a product.

/** Patterns for whole names, in lower case with single spaces. */
const serviceNames: ReadonlyArray<readonly [string, RegExp]> = [
  ['postage', /^(\S+ )?(postage|porto)( and packing| & packing)?$/],
  [
    'carriage',
    /^(next day |express |standard |free )?(carriage|shipping|delivery|freight|courier)( and handling| & handling)?( fee| cost| charge| service| surcharge)?s?$/,
  ],
  ['carriage', /^(handling|packing|packaging|wrapping|gift wrapping) (fee|cost|charge|service|surcharge)s?$/],
  ['manual entry', /^manual( entry| adjustment| charge)?$/],
  ['discount', /^(\S+ )?discounts?$|^discount (code|coupon|voucher).*$/],
  ['charge', /^(\S+ ){0,2}(bank charges?|fees?|commission|surcharge)$/],
  ['sample', /^samples?$/],
  [
    'adjustment',
    /^(adjust|adjustment|adjustments|adjust bad debt|bad debt|write[- ]?off|credit note|refund)$|^adjust(ment)? by .*$/,
  ],
  ['voucher', /^(.* )?(e-?)?(gift|store) ?(voucher|card|certificate|credit)s?( ?-? ?[£$€]? ?\d[\d.,]*)?$/],
  ['voucher', /^(voucher|coupon)s?$/],
  ['donation', /^(charity )?donations?$|^tips?$|^deposits?$/],
  ['test', /^(this is a )?test( product)?( \d+)?\.?$/],
];

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

/** Short ids count as services only if at least this share of ids has a digit; otherwise POST may be a product. */
const numberedShare = 0.95;

export interface Service {
  readonly productId: string;
  readonly name: string;
  /** Kind of service: postage, voucher, … */
  readonly why: string;
}

/** Finds the services in a catalogue of id → name. */
export function findServices(products: Iterable<readonly [id: string, name: string]>): Service[] {
  const all = [...products];
  const numbered = all.filter(([id]) => /\d/.test(id)).length;
  const bookShort = numbered >= numberedShare * all.length;
  return all.flatMap(([productId, name]) => {
    const why = serviceKind(productId, name || productId, bookShort);
    return why ? [{ productId, name, why }] : [];
  });
}

function serviceKind(id: string, name: string, bookShort: boolean): string | undefined {
  const plain = name.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  for (const [why, pattern] of serviceNames) if (pattern.test(plain)) return why;
  for (const [why, pattern] of serviceIds) if (pattern.test(id.trim())) return why;
  return bookShort ? shortIds.get(id.trim().toUpperCase()) : undefined;
}
