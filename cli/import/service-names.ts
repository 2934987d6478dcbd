// Names of postage, fees, vouchers and other lines of orders that are no products, in the languages of many shops. Patterns match names in
// lower case, with single spaces and Latin letters without accents; as whole names, or with nothing behind them but what `tail` has.

const amount =
  /[£$€¥₹]? ?\d[\d.,]*( ?(%|h|€|£|\$|eur|usd|gbp|chf|pln|zl|kc|czk|kr|sek|nok|dkk|sar|aed|rub|руб\.?|₽|грн|元|円|tl|ft|huf|lei|ron|kg|g|l|x|st|nd|rd|stk|tage?|days?|werktage?|years?|yrs?|jahre?n?|ans?|anos?|anni|months?|monate?|mesi|mois)(?![\p{L}\d])\.?)?/u
    .source;
const places =
  'nach|to|in|within|fur|inland|ausland|deutschland|germany|osterreich|austria|schweiz|switzerland|uk|gb|usa?|eu|europa|europe|de|at|ch|nl|be|belgie|nederland|fr|france|es|espana|it|italia|pl|polska|international|national|domestic|worldwide|zone|mainland|inseln|local|a domicile|domicile';
const ways =
  'standard|estandar|standaard|express|expres|economy|priority|premium|tracked|signed|first|class|next|same|day|overnight|flat|rate|free|gratis|gratuit[ae]?|kostenlos|paket|packchen|parcel|letter|brief|mail|post|ground|air|2day|home|pickup|abholung|service|kurier\\p{L}*|courier|paczkomaty?|point|relais|und|and|et|y|&|\\+|verpackung|packing|handling|versand|fees?|costs?|charges?|inkl|incl|zzgl|vat|mwst|label|upgrade|insurance|protection';
const carriers =
  'dhl|ups|usps|fedex|dpd|gls|hermes|evri|royal mail|colissimo|chronopost|mondial relay|postnl|poczta polska|poczta|inpost|paczkomat inpost|correos|seur|brt|poste italiane|zasilkovna|packeta|sedex|pac|correios|cdek|сдэк|почта россии|boxberry|aramex|smsa|顺丰|ヤマト運輸|佐川急便|ゆうパック';
const tail = `(?: ?[-–—:(/|,]? ?(?:${amount}|${places}|${ways}|${carriers})\\.?)*\\)?`;

/** A pattern for names that begin with one of the words, and go on with nothing but what says how much, whereto or in which way. */
function words(list: string): RegExp {
  return new RegExp(`^(?:${list.trim().replaceAll(/\s*\n\s*/g, '|')})${tail}$`, 'u');
}

/** A pattern for names that are one of the words. */
function exactly(list: string): RegExp {
  return new RegExp(`^(?:${list.trim().replaceAll(/\s*\n\s*/g, '|')}):?$`, 'u');
}

/** Kind of service → pattern of its names. */
export const serviceNames: ReadonlyArray<readonly [why: string, pattern: RegExp]> = [
  ['postage', /^(\S+ )?(postage|porto)( and packing| & packing)?$|^p ?& ?p$/],
  [
    'carriage',
    /^(next day |express |standard |free )?(carriage|shipping|delivery|freight|courier)( and handling| & handling)?( fee| cost| charge| service| surcharge)?s?$/,
  ],
  ['carriage', /^(handling|packing|packaging|wrapping|gift wrapping) (fee|cost|charge|service|surcharge)s?$/],
  ['manual entry', /^manual( entry| adjustment| charge)?$/],
  ['discount', /^(\S+ )?discounts?$|^discount (code|coupon|voucher).*$/],
  ['charge', /^(\S+ ){0,3}(bank charges?|fees?|commission|surcharge)$/],
  ['sample', /^(free )?samples?$/],
  [
    'adjustment',
    /^(adjust|adjustment|adjustments|adjust bad debt|bad debt|write[- ]?off|credit note|refund)$|^adjust(ment)? by .*$/,
  ],
  [
    'carriage',
    /^((flat rate|free|standard|express|economy|priority|international|domestic|local|in-?store|store|next[- ]day|same[- ]day|\d+(-\d+)?[- ]days?|tracked|carbon[- ]neutral|royal mail|dhl|ups|usps|fedex|dpd) )*(shipping|delivery|postage|pick-?up)( ?[-–—:(/].*)?$|^flat rate( ?[-–—:(].*)?$/,
  ],
  ['carriage', words(carriers)],
  [
    'carriage',
    words(`(express|standard|gratis|zzgl\\.?|dhl|ups|hermes|dpd)? ?(versand|versandkosten|versandkostenpauschale|lieferkosten|liefergebuhr|liefergebuehr|frachtkosten|lieferung)
      kurier\\p{L}*|verpackung|verpackungspauschale|porto (&|und|u\\.) (verpackung|versand)|(express|insel|sperrgut|mindermengen)zuschlag
      frais (de|d') ?(port|livraison|envoi|expedition|gestion)|livraison|expedition|point relais
      (gastos|costes?|costos?) de (envio|transporte|gestion)|portes|envio|recargo contra reembolso
      spese (di )?(spedizione|consegna|trasporto|contrassegno)|spedizione|consegna|contrassegno
      frete|custos? de envio|portes de envio|taxa de entrega
      verzending|verzendkosten|bezorging|bezorgkosten|frakt|fraktkostnad|fraktavgift|fragt|toimitus|toimituskulut
      koszty? wysylki|wysylka|dostawa|przesylka|postovne|doprava|dobirka|szallitasi koltseg|szallitas|utanvet|taxa livrare|μεταφορικα|αντικαταβολη
      доставка|стоимость доставки|доставка курьером|самовывоз|送料|運費|运费|邮费|快递费|배송비|배송료|kargo|kargo (ucreti|bedeli)|kapida odeme ucreti
      ongkos kirim|ongkir|phi van chuyen|ค่าจัดส่ง|ค่าส่ง|الشحن|شحن|رسوم (الشحن|التوصيل|الدفع عند الاستلام)|משלוח|دمی ارسال|هزینه ارسال`),
  ],
  [
    'carriage',
    exactly(
      'transport|rush processing|signature (confirmation|required)|代引手数料|手数料|邮费补拍|补差价(专用链接)?|差价',
    ),
  ],
  ['discount', /^(discount|coupon|promo( code)?|rabattcode|code promo)( ?[-–—:(]|:).*$/],
  [
    'discount',
    /^\d+ ?% (off|discount|rabatt|de descuento|de reduction|korting|sconto)$|^(loyalty|reward|bonus) points( redeemed)?$|^points redeemed$/,
  ],
  [
    'discount',
    words(
      `rabatt|nachlass|skonto|remise|reduction|descuento|sconto|desconto|korting|rabat|скидка|скидка по промокоду|値引き|割引|クーポン割引|优惠|خصم|הנחה`,
    ),
  ],
  [
    'voucher',
    /^(.* )?(e-?)?(gift|store) ?(voucher|card|certificate|credit)s?( ?-? ?[£$€]? ?\d[\d.,]*( ?(eur|usd|gbp|€|£|\$))?)?$/,
  ],
  ['voucher', /^(voucher|coupon)s?( (code )?\S*\d\S*)?$/],
  ['voucher', /^(.* )?(e-?)?(gift|store) ?(voucher|card|certificate|credit)s? ?[|-] ?.*\d.*$/],
  [
    'voucher',
    words(`(geschenk|wert|e-?)?gutscheine?|geschenkkarte|(bon|cheque|carte)[ -]?cadeau|tarjeta (de )?regalo|buono (regalo|sconto)
      cadeaubon|cadeaukaart|vale[- ]presente|presentkort|gavekort|lahjakortti|(karta|bon|karty) (podarunkow|prezentow)[aey]|darkov(y|a) (poukaz|karta)
      подарочн(ая карта|ый сертификат)|ギフト(カード|券)|商品券|礼品卡|상품권|بطاقة (هدية|هدايا)|قسيمة (شرائية|هدية)|hediye (karti|ceki)`),
  ],
  [
    'donation',
    /^((charity )?donations?|spende)( ?(-|to|for|an) .*)?$|^(driver )?tips?( \d+ ?%| for the (team|driver|staff))?$|^gratuity$|^(charity )?round[- ]?up( donation)?$|^plant a tree$/,
  ],
  [
    'donation',
    words(
      'trinkgeld|spende|pourboire|propina|donacion|mancia|donazione|gorjeta|fooi|donatie|dricks|napiwek|чаевые|打赏|إكرامية|تبرع',
    ),
  ],
  ['donation', exactly('don|carbon offset|carbon neutral order|co2-kompensation|klimaschutzbeitrag')],
  ['carriage', /^(\S+ ){0,2}(shipping|delivery|postage) (upgrade|rate|protection|insurance|label)s?$/],
  [
    'insurance',
    /^(\S+ ){0,2}(package|parcel|order|shipment|purchase|route) (protection|insurance)$|^seel worry-free purchase$/,
  ],
  [
    'insurance',
    /^(extended )?(warranty|guarantee|insurance)( (-|–|plan|fee|\d\S*|years?|months?)){0,4}$|^(\S+ )?protection plan( \S+){0,3}$|^\S+ (year|month)s? (warranty|guarantee)$|^\d+[- ]years? protection plan( .*)?$/,
  ],
  [
    'insurance',
    words(
      '(versand|transport)versicherung|assurance (colis|transport)|seguro de envio|garantieverlangerung|extension de garantie|extended protection|applecare\\+?|运费险',
    ),
  ],
  [
    'wrapping',
    /^(gift ?|present )(wrap|wrapping|box|message|note|receipt|bag)( card| service)?$|^geschenk(verpackung|papier)$|^(emballage|papier) cadeau$/,
  ],
  [
    'wrapping',
    exactly(
      'papel de regalo|envoltorio( para)? regalo|confezione regalo|inpakservice|подарочная упаковка|упаковка подарочная|(ギフト)?ラッピング|のし|熨斗|包装费|تغليف هدية|hediye paketi',
    ),
  ],
  ['carrier bag', /^(plastic|paper|shopping|carrier) bag$|^(plastik|papier|trage|einkaufs)tu?ete$|^レジ袋$/],
  [
    'manual entry',
    /^(custom|cash|open|unknown|misc(ellaneous|\.)?) (item|sale|amount|product|price)$|^quick sale$|^misc(ellaneous|\.)?$|^diverse[sr]?$/,
  ],
  ['manual entry', exactly('divers|varios|vari|赠品')],
  [
    'rounding',
    /^rounding( (adjustment|difference|error))?$|^rundung(sdifferenz)?$|^arrondi$|^redondeo$|^arrotondamento$/,
  ],
  [
    'deposit',
    words(
      'pfand|mehrwegpfand( kasten)?|einwegpfand|leergut|consigne|fianza|cauzione|statiegeld|kaucja|залог за тару|(bottle|keg|container|can|crate) deposit|deposit - bottle',
    ),
  ],
  [
    'deposit',
    exactly(
      'deposits?|pant|kaution|anzahlung|acompte|deposito|crv|ca crv fee|consigne (verre|bouteille)|statiegeld krat|pant \\d+( kr)?',
    ),
  ],
  [
    'charge',
    /^(service|bearbeitungs|nachnahme|zahlungs|mindermengen)(gebu?e?hr|zuschlag|pauschale)$|^frais de (service|dossier|paiement)$|^(service|cover) charge( \d[\d.]* ?%)?$/,
  ],
  ['charge', exactly('coperto|postforskottsavgift|taxa de servico|servicio de mesa')],
  [
    'charge',
    /^((sales|value added|eco) ?)?(tax|vat)$|^(mwst|ust|tva|iva|btw|raee|weee|vrg)\.?$|^eco-?participation$/,
  ],
  [
    'service',
    /^(assembly|installation|setup) service$|^installation$|^(montage|aufbau)service$|^altgerateentsorgung$|^old appliance removal$/,
  ],
  [
    'total',
    /^(order |grand |sub[- ]?)?totals?:?$|^(zwischen|gesamt|end)?summe:?$|^gesamt(betrag)?:?$|^(sous-)?total general:?$|^sous-total:?$|^totale( generale| complessivo)?:?$|^totaal:?$|^suma:?$|^razem:?$|^toplam:?$|^celkem:?$|^итого:?$|^合計$|^总计$|^合计$|^الإجمالي$/,
  ],
  ['total', exactly('change|paid in|paid out')],
  ['test', /^(this is a )?test( product)?( \d+)?\.?$/],
];
