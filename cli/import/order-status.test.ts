// Statuses in the words of shop platforms and of many languages.
import { assert, suite } from '../../fixtures/suite.ts';
import { countsAsSale, StatusBook } from './order-status.ts';

const test = suite('order status');

const sales =
  'paid;Completed;complete;processing;shipped;delivered;invoiced;authorized;Fulfilled;partially_refunded;Partially paid;on-hold;wc-processing;abgeschlossen;in Bearbeitung;versendet;teilweise erstattet;expédiée;livré;enviado;entregado;spedito;verzonden;levererad;not cancelled;non-refundable;pending shipment;成功;完了;оплачен;Return window closed;Delivered, no returns;Canceled Reversal;Chargeback reversed;Pre-order;Backordered;Zrealizowane;Доставлен;Выкуплен;Частично возвращён;交易成功;部分退款;一部返品;تم التنفيذ;مسترجع جزئيا;Return requested;Refund declined;Chargeback won;Fraud check passed;No fraud;part refunded;Delivered (no refund);Vyřízeno;สำเร็จ';
const undone =
  'Cancelled by buyer;canceled;CANCELADA;cancelado por el cliente;Annulée;anulado;Annullato;geannuleerd;storniert;Stornierung;avbruten;peruutettu;zrušeno;İptal edildi;Отменен;已取消;キャンセル済み;취소됨;refunded;Fully Refunded;reembolsado;remboursée;rimborsato;erstattet;terugbetaald;zwrócone;återbetald;возвращено;返金済み;Returned;retoure;retourné;devuelto;voided;Void;payment failed;fehlgeschlagen;échec du paiement;fallido;mislukt;rejected;abgelehnt;refusé;rechazado;expired;abgelaufen;fraud;chargeback;disputed;pending;Pending Payment;payment_pending;wc-pending;unpaid;Not Paid;Awaiting payment;unbezahlt;en attente de paiement;Pendiente de pago;in attesa di pagamento;niet betaald;待付款;draft;Entwurf;checkout-draft;auto-draft;abandoned;trash;deleted;test;closed;0;false;no;Zurückgegeben;Widerrufen;Zahlung ausstehend;Offen - wartet auf Zahlung;Reklamiert;Abandonné;Lost in transit;RMA completed;Törölve;Otkazano;Estornado;Reclamación rechazada;Reversed;Payment reversal;Niezapłacone;Zwrot środków;Не выкуплен;Ожидает оплаты;交易关闭;等待买家付款;キャンセル確定;未入金;تم الإلغاء;بانتظار الدفع;مسترد;ยกเลิกแล้ว;Hoàn tiền;Belum Bayar;Nezaplaceno;Vráceno;Visszaküldve;Neplătită;Ακυρώθηκε;Отказана;Очікує оплати;הוחזר;Awaiting bank wire payment;En attente de virement bancaire;Error en pago;Quotation;WILL_NOT_DELIVER;Void - duplicate order void';

for (const status of sales.split(';')) test(`"${status}" counts`, () => assert.ok(countsAsSale(status)));
for (const status of undone.split(';'))
  test(`"${status}" does not count`, () => assert.not.ok(countsAsSale(status)));

test('words that no list knows count, and are named as unknown', () => {
  const book = new StatusBook([], ['frob']);
  for (const status of ['Frobnicated', '5', 'frob', 'paid', 'cancelled', 'Dostarczone']) book.counts(status);
  assert.equal(
    book
      .seen()
      .filter(({ known }) => !known)
      .map(({ status }) => status),
    ['Frobnicated', '5'],
  );
});

test('a shop can say what its statuses mean, in any writing', () => {
  const book = new StatusBook(['pending', 'Closed'], ['on hold']);
  assert.equal(
    ['Pending', 'CLOSED', 'On-Hold', 'wc-on-hold', 'paid', 'paid'].map((each) => book.counts(each)),
    [true, true, false, false, true, true],
  );
  assert.equal(book.seen()[0], { status: 'paid', lines: 2, counts: true, known: true });
});
