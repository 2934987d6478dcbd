// The customer of an order line, as files write it → an id; '' for guests, who are nobody in particular.

/** What tills and shop systems write where they do not know the customer. */
const guests = new Set(
  '0;-;guest;guest customer;guest user;gast;invite;invité;invitado;ospite;gość;walkin;walk-in;walk-in customer;cash customer;anonymous;not logged in;ゲスト;guest checkout;guest order;gastbestellung;gastkunde;laufkunde;laufkundschaft;barverkauf;client de passage;walk in;walk in customer;walk-in client;cash sale;anonym;anonyme;anonimo;anonimowy;unknown;unknown customer;unbekannt;no customer;匿名'.split(
    ';',
  ),
);
const longestGuest = Math.max(...Array.from(guests, ({ length }) => length));

/**
 * E-mail addresses are compared without case, as shop systems compare them. Addresses below `.invalid`, which erased customers of
 * WooCommerce share, are no one's.
 */
export function customerId(text: string): string {
  if (text.length <= longestGuest && guests.has(text.toLowerCase())) return '';
  if (!isAddress(text)) return text;
  return /\.invalid$/i.test(text) ? '' : text.toLowerCase();
}

/** Whether an id of a customer is an e-mail address. */
export function isAddress(id: string): boolean {
  return id.includes('@') && /^[^\s@]+@[^\s@]+$/.test(id);
}
