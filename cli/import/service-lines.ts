// Detects postage, fees, vouchers and similar non-products in order files: ids and names → why a product is a service.
// Patterns match whole names, so that a carriage clock stays a product.

/** Patterns for whole names, in lower case with single spaces. */
const serviceNames: ReadonlyArray<readonly [string, RegExp]> = [
  ['postage', /^(\S+ )?(postage|porto)( and packing| & packing)?$|^p ?& ?p$/],
  [
    'carriage',
    /^(next day |express |standard |free )?(carriage|shipping|delivery|freight|courier)( and handling| & handling)?( fee| cost| charge| service| surcharge)?s?$/,
  ],
  ['carriage', /^(handling|packing|packaging|wrapping|gift wrapping) (fee|cost|charge|service|surcharge)s?$/],
  ['manual entry', /^manual( entry| adjustment| charge)?$/],
  ['discount', /^(\S+ )?discounts?$|^discount (code|coupon|voucher).*$/],
  ['charge', /^(\S+ ){0,2}(bank charges?|fees?|commission|surcharge)$/],
  ['sample', /^(free )?samples?$/],
  [
    'adjustment',
    /^(adjust|adjustment|adjustments|adjust bad debt|bad debt|write[- ]?off|credit note|refund)$|^adjust(ment)? by .*$/,
  ],
  ['voucher', /^(.* )?(e-?)?(gift|store) ?(voucher|card|certificate|credit)s?( ?-? ?[£$€]? ?\d[\d.,]*)?$/],
  ['voucher', /^(voucher|coupon)s?( (code )?\S*\d\S*)?$/],
  ['voucher', /^(.* )?(e-?)?(gift|store) ?(voucher|card|certificate|credit)s? ?[|-] ?.*\d.*$/],
  ['donation', /^(charity )?donations?( (to|for) .*)?$|^tips?$|^deposits?$/],
  ['carriage', /^(\S+ )?(shipping|delivery|postage) (upgrade|rate|protection|insurance|label)s?$/],
  [
    'carriage',
    /^(dhl|ups|fedex|usps|dpd|gls|hermes|evri|royal mail|colissimo|chronopost|postnl|poczta|inpost)( \S+){0,2}$/,
  ],
  ['insurance', /^(\S+ ){0,2}(package|parcel|order|shipment|purchase) (protection|insurance)$/],
  [
    'insurance',
    /^(extended )?(warranty|guarantee|insurance)( (-|–|plan|fee|\d\S*|years?|months?)){0,4}$|^protection plan( \S+){0,3}$|^\S+ (year|month)s? (warranty|guarantee)$/,
  ],
  [
    'wrapping',
    /^(gift ?|present )(wrap|wrapping|box|message|note|receipt|bag)$|^geschenk(verpackung|papier)$|^(emballage|papier) cadeau$/,
  ],
  ['carrier bag', /^(plastic|paper|shopping|carrier) bag$|^(plastik|papier|trage|einkaufs)t(ü|ue)te$/],
  ['manual entry', /^custom (item|sale|amount|product)$|^miscellaneous$|^diverse[sr]?$/],
  [
    'rounding',
    /^rounding( (adjustment|difference|error))?$|^rundung(sdifferenz)?$|^arrondi$|^redondeo$|^arrotondamento$/,
  ],
  // Other languages.
  [
    'carriage',
    /^((express|standard|gratis|zzgl\.?|dhl|ups) ?)?(versand|versandkosten|versandkostenpauschale|lieferkosten|liefergeb(ü|ue)hr|verpackung|frachtkosten|porto( (&|und|u\.) (verpackung|versand))?)( \S+){0,2}$/,
  ],
  [
    'carriage',
    /^(frais (de|d['’]) ?(port|livraison|envoi|exp(é|e)dition)|livraison|exp(é|e)dition)( \S+){0,2}$/,
  ],
  ['carriage', /^((gastos|costes?|costos?) de )?(env(í|i)o|transporte|portes)( \S+){0,2}$/],
  ['carriage', /^(spese (di )?)?(spedizione|consegna|trasporto)( \S+){0,2}$/],
  ['carriage', /^(frete|custos? de envio|portes de envio|taxa de entrega)( \S+){0,2}$/],
  [
    'carriage',
    /^(verzend(ing|kosten)|bezorgkosten|fragt|frakt|fraktkostnad|toimitus(kulut)?|wysy(ł|l)ka|koszt wysy(ł|l)ki|dostawa|doprava|доставка|送料|运费|運費|배송비|lieferung|contrassegno|kargo( (ü|u)creti)?)( \S+){0,2}$/,
  ],
  ['voucher', /^(geschenk|wert|e-?)?gutscheine?( \S+){0,3}$|^geschenkkarte( \S+){0,3}$/],
  [
    'voucher',
    /^(bon|ch(è|e)que|carte)[ -]?cadeau( \S+){0,3}$|^tarjeta (de )?regalo( \S+){0,3}$|^buono (regalo|sconto)( \S+){0,3}$/,
  ],
  [
    'voucher',
    /^(cadeaubon|cadeaukaart|vale[- ]presente|presentkort|gavekort|lahjakortti|karta podarunkowa|подарочн(ая карта|ый сертификат)|ギフト(カード|券)|礼品卡|상품권)( \S+){0,3}$/,
  ],
  [
    'discount',
    /^(rabatt|nachlass|skonto|remise|r(é|e)duction|descuento|sconto|desconto|korting|rabat|скидка|値引き|割引)( \S+){0,2}$/,
  ],
  [
    'deposit',
    /^(pfand|mehrwegpfand|einwegpfand|leergut|consigne|fianza|cauzione|statiegeld|pant)( \S+){0,2}$/,
  ],
  [
    'donation',
    /^(trinkgeld|spende|pourboire|don|propina|donaci(ó|o)n|mancia|donazione|gorjeta|fooi|donatie|dricks|napiwek)( \S+){0,2}$/,
  ],
  [
    'charge',
    /^(service|bearbeitungs|nachnahme|zahlungs|mindermengen)(geb(ü|ue)hr|zuschlag|pauschale)$|^frais de (service|dossier|paiement)$/,
  ],
  ['charge', /^((sales|value added) )?(tax|vat)$|^(mwst|ust|tva|iva|btw)\.?$/],
  [
    'total',
    /^(grand |sub[- ]?)?totals?:?$|^(zwischen|gesamt|end)?summe:?$|^gesamt(betrag)?:?$|^(sous-)?total g(é|e)n(é|e)ral:?$|^sous-total:?$|^totale( generale| complessivo)?:?$|^suma:?$|^razem:?$|^toplam:?$|^итого:?$|^合計$|^总计$|^الإجمالي$/,
  ],
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
  const plain = name.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  for (const [why, pattern] of serviceNames) if (pattern.test(plain)) return why;
  for (const [why, pattern] of serviceIds) if (pattern.test(id.trim())) return why;
  return bookShort ? shortIds.get(id.trim().toUpperCase()) : undefined;
}
