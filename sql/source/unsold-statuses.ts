// Statuses of orders that are no sales, in the languages of many shops: for order files, and for shops whose platform has no
// fixed statuses (`{{unsold_statuses}}` in a preset).

/** Whole statuses. Each holds on its own; words that only some shops use in this sense belong elsewhere. */
const words =
  // Not paid, or not yet.
  `pending;pending payment;payment pending;awaiting payment;awaiting pay;waiting for payment;wait for payment;payment review
  payment required;payment due;unpaid;not paid;non paid;zahlung ausstehend;zahlung offen;wartet auf zahlung;warten auf zahlung;unbezahlt;nicht bezahlt
  en attente;en attente de paiement;attente paiement;paiement en attente;non payé;impayé;pendiente;pendiente de pago;pendiente pago;pago pendiente;impagado;no pagado;pendente;pagamento pendente;pendente pagamento;aguardando pagamento
  não pago;in attesa;in attesa di pagamento;attesa pagamento;pagamento in attesa;non pagato;in afwachting;wachten op betaling;niet betaald;onbetaald;nieopłacone
  oczekuje na płatność;obetald;ubetalt;maksamatta;ödeme bekleniyor;не оплачен;неоплачен;ожидает;ожидает оплаты
  待付款;未付款;待支付;未払い;入金待ち;결제대기` +
  // Not placed.
  `;quotation;quote;angebot;devis;presupuesto;preventivo;offerte;orçamento;draft;auto draft;checkout draft;entwurf;brouillon;borrador;bozza;concept;rascunho;utkast;черновик;下書き;草稿
  cart;new cart;in cart;basket;checkout;in checkout;warenkorb;panier;carrito;carrito abandonado;carrinho;carrello;winkelwagen;koszyk;varukorg;корзина;カート;abandoned;abandoned cart;incomplete;test;test order;testbestellung` +
  // Failed or refused.
  `;payment failed;failed;declined;rejected;error;fraud;expired;fehlgeschlagen;abgelehnt;abgelaufen;échoué;refusé;expiré;fallido
  rechazado;caducado;falhou;recusado;expirado;fallito;rifiutato;scaduto;mislukt;geweigerd;verlopen;odrzucone;misslyckad;отклонен` +
  // Cancelled or deleted.
  `;cancelled;canceled;void;voided;deleted;trash;trashed;spam;storniert;abgebrochen;gelöscht;annulé;annulée;supprimé;cancelado
  cancelada;anulado;anulada;eliminado;annullato;annullata;geannuleerd;verwijderd;anulowane;anulowano;avbruten;annullerad;annulleret
  kansellert;peruutettu;zrušeno;iptal edildi;отменен;отменён;отменено;キャンセル;取消;已取消;취소;취소됨` +
  // Returned or refunded.
  `;refunded;returned;chargeback;charged back;retoure;retour;erstattet;zurückerstattet;retourniert;remboursé;remboursée;retourné;reembolsado;reembolsada;devuelto
  devuelta;devolvido;devolvida;rimborsato;rimborsata;reso;terugbetaald;geretourneerd;zwrócone;återbetald;refunderet;refundert
  возврат;возвращен;возвращён;返金済み;已退款;환불;환불됨` +
  // The same in other languages of shops.
  `;交易关闭;已关闭;退款成功;等待买家付款;未支付;未入金;キャンセル済み;返品;返品済み;ملغي;ملغى;تم الإلغاء;محذوف;مسترجع;مسترد;بانتظار الدفع;قيد انتظار الدفع
  فشل الدفع;לא שולם;בוטל;מבוטל;הוחזר;لغو شده;مرجوعی;ยกเลิก;ยกเลิกแล้ว;คืนเงิน;รอชำระเงิน;đã hủy;hoàn tiền;chưa thanh toán;dibatalkan;belum bayar;gagal
  iade edildi;zwrot środków;niezapłacone;nezaplaceno;zrušená;zrušené;vráceno;vrátené;nezaplatené;sikertelen;visszaküldve;rambursat;neplătită
  ακυρώθηκε;επιστροφή χρημάτων;отказана;върната;скасовано;повернення;awaiting check payment;awaiting bank wire payment;payment error`;

export const unsoldStatuses: readonly string[] = words.split(/[;\n]/).map((each) => each.trim());

/** The list for `not in (…)`: every status with its accents and without them. */
export function unsoldStatusList(): string {
  const forms = new Set(unsoldStatuses.flatMap((status) => [status, plainStatus(status)]));
  const lines: string[] = [''];
  for (const form of forms) {
    const literal = `'${form.replaceAll("'", "''")}', `;
    if (lines.at(-1)!.length + literal.length > 112) lines.push('');
    lines.push(`${lines.pop()}${literal}`);
  }
  return lines
    .map((line) => line.trimEnd())
    .join('\n    ')
    .replace(/,$/, '');
}

/** `wc-Pending_payment ` → `pending payment`, `Annulé` → `annule`. */
export function plainStatus(status: string): string {
  return status
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replace(/^wc-/, '')
    .replaceAll(/[\s_\-–.:()/]+/g, ' ')
    .trim();
}
