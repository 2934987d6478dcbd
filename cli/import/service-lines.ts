// Postage, fees, vouchers and the like, which stand among the products of real order files and are none:
// ids and names → why a product is a service. Whole names are matched, so that a carriage clock stays a clock.

/** Whole names, in lower case with single blanks. */
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

/** Ids that say it by themselves. */
const serviceIds: ReadonlyArray<readonly [string, RegExp]> = [
  ['voucher', /^gift[_-]\d+/i],
  ['test', /^test[_-]?\d*$/i],
  ['charge', /^(bank charges|amazonfee|cruk)$/i],
];

/** Short ids by which shops book services, where the other ids are numbers: POST, DOT, M, D. */
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

/** Ids with a digit must be at least this share, or POST may be as good a product id as any. */
const numberedShare = 0.95;

export interface Service {
  readonly productId: string;
  readonly name: string;
  /** Why it is one: postage, voucher, … */
  readonly why: string;
}

/** Picks the services out of a catalogue of id → name. */
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
