// What a column such as "Line type" says of a line: a product that was sold, one that was given back, or no product.

export type LineKind = 'sold' | 'returned' | 'charge' | 'whole';

const charges =
  /^(shipping|shipping line|postage|delivery|versand|versandkosten|fee|handling|surcharge|tax|vat|coupon|discount|promotion|rabatt|voucher|credit|container|tip|gratuity|donation|deposit|service charge|service fee|cod fee|nachnahme|zuschlag|shipping discount|adjustment|transfer|payout|debt|liquidation|fba inventory fee|fba customer return fee|postage label|warranty|insurance|gift ?wrap(ping)?|gift ?card|gift ?certificate|store credit|rounding|custom amount)s?$/;
const returns =
  /^(shop order )?(refund|return|retoure|gutschrift|credit memo|credit note|avoir|remboursement|reembolso|reso|umtausch|zwrot|korekta|возврат|退款|退货|返品|返金|chargeback refund|a to z guarantee claim|مرتجع|استرجاع|iade|vratka|dobropis)(ed)?s?$/;

/** Rows of tills and marketplaces for a sale as a whole, and for its payment. With a product, they are its lines. */
const wholes = /^(sale|order|payment)$/;

/** Unknown words are kinds of products. */
export function lineKind(text: string): LineKind {
  if (text === '') return 'sold';
  const words = text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
  if (charges.test(words)) return 'charge';
  if (wholes.test(words)) return 'whole';
  return returns.test(words) ? 'returned' : 'sold';
}
