// The status of an order, in the words of any platform or language → whether the order counts as a sale.
// Presets of shops without fixed statuses share the list of whole statuses.
import { plainStatus, unsoldStatuses } from '../../sql/source/unsold-statuses.ts';

/** Statuses that keep the order or most of it: partial ones, wishes and refusals, and words that only sound like those below. */
const counting: readonly RegExp[] = [
  /(?<!\p{L})(partial|partly|part (refund|return|cancel)|teil|parcial|partiel|parzial|gedeeltelijk|czesci|delvis|castecn|ciastoc|djelomic|osittain|reszben|reszleges|kismi|kismen|sebagian|mot phan|μερικ|chastich|частич|частков)/u,
  /部分|一部|جزئي|חלקי|บางส่วน|일부|부분/u,
  /\b(cancel\w*|charge ?back|dispute) (revers|won\b|resolved|withdrawn|closed in)/,
  /\b(return|refund|cancel(lation)?|chargeback|dispute|rma)( request)?( was| is)? (requested|request|declined|rejected|refused|denied|failed|expired|withdrawn)$/,
  /^(not|no|non|nicht|never) (cancel|refund|return|void|fail|storn|fraud|disput)/,
  /\bfraud( check| review)? (passed|cleared|ok)\b/,
  /non.?(refund|return)able/,
  /\b(no|without) (returns?|refunds?)\b|\breturn (window|period|policy|deadline|date)/,
];

/** Statuses that are matched as a whole: in files, these words mean no sale, too. */
const wholeWords = new Set([
  ...unsoldStatuses.map(plainStatus),
  ...'quote;removed;demo;closed;unavailable;missing;missing orders;denied;lost;stopped;undone;not completed'.split(
    ';',
  ),
  ...'quotation;quotation sent;angebot;angebotsanfrage;devis;presupuesto;preventivo;offerte;orcamento;wycena;open cart;w koszyku'.split(
    ';',
  ),
  ...'aborted;terminated;withdrawn;revoked;rescinded;invalid;duplicate;duplicate order;bounced;written off;rto;rts;отказ;спор'.split(
    ';',
  ),
  ...'0;false;no;n;none;nein;non'.split(';'),
]);

/** Stems of statuses of orders that were cancelled, deleted or never placed. */
const cancelled =
  /cancel|\banul|annul|stornier|stornir|storno|\bstorn|avbrut|avbest|avbok|peruut|peruttu|zrusen|\brevers(ed|al)\b|lemond|iptal|batal|\bhuy\b|отмен|анул|аннул|скасован|ακυρ|キャンセル|取消|取り消|취소|ملغ|إلغ|الغ[يا]|מבוטל|בוטל/u
    .source +
  /|abandon|torol|otkazan|\blost in|\bestorn|widerruf|ponist|поништ|отказан|tuhist|atcelt|atsauk|preklic|ยกเลิก|關閉|关闭|لغو|محذوف|रद्द|\bvoid(ed)?$|will not deliver|не состоял|不成立|仮注文/u
    .source;

/** Stems of statuses of orders that were given back. */
const returned =
  /refund|charge ?back|dispute|reembols|rembours|rambursat|rimbors|erstatt|terugbetaal|zwroc|zwrot|aterbet|tilbagebet|palaut|возврат|возвращ|поверн|върнат|返金|退款|환불|\biade\b|\breturn|retour|devuelt|devolvi|devoluc|\breso\b|zuruckgesend|zuruckgegeb|rucksend|reklamier|reklamac|\brma\b|返品|退货|退貨|반품/u
    .source +
  /|visszakuld|visszateri|(?<!\p{L})vrace|(?<!\p{L})vraten|επιστροφ|مسترج|استرجاع|مسترد|استرداد|مرتجع|إرجاع|مرجوع|הוחזר|החזר|คืนเงิน|คืนสินค้า|hoan tien|tra hang|dikembalikan|pengembalian|undeliverable|nevyzvednut|nieodebran|не ?выкуп|не принят|拒收/u
    .source;

/** Stems of statuses of orders that were refused, failed, or not paid. */
const failed =
  /fail|fehlgeschlagen|echou|echec|fallid|fallit|falhou|mislukt|nieudan|misslyck|失败|失敗|ошибк|declin|reject|abgelehnt|refus|rechaz|rifiut|recusad|geweigerd|odrzuc|отклон|expired|abgelaufen|expire|caducad|scadut|expirad|verlopen|wygas|fraud|betrug|timed? ?out|pending payment|payment pending|ausstehend|wartet auf zahlung|unpaid|not paid/u
    .source +
  /|(payment|paiement|pago|pagamento|zahlungs?) ?(error|fehler)|(error|erreur|errore|erro) (\p{L}+ ){0,2}(pago|paiement|pagamento)|insufficient funds|sikertelen|reddedil|neuspe|esuat|αποτυχ|неуспе|gagal|that bai|ล้มเหลว|실패|فشل|مرفوض|رفض|נכשל/u
    .source +
  /|await\p{L}* (\p{L}+ )*(payment|wire)|(attente|attesa|espera) (\p{L}+ )*(paiement|virement|pagamento|pago)|niezaplac|nieoplac|oczekuje na (wplat|plat|zaplat)|nezaplac|neuhrad|neuhraz|na (platbu|uhradu|zaplacen)|neplat|neachitat|fizetesre var|nincs fizetve|chua thanh toan|cho thanh toan|belum (di)?bayar|menunggu pembayaran|odeme bekl|odenmedi/u
    .source +
  /|αναμον\p{L}* πληρωμ|απληρωτ|не ?оплач|ожида\p{L}* оплат|очику\p{L}* оплат|очіку\p{L}* оплат|неплатен|รอ(การ)?ชำระ|ยังไม่ชำระ|等待\p{L}*付款|待付|待支付|未支付|未付|未入金|入金待|未払|支払い?待|미결제|입금 ?대기|انتظار (الدفع|پرداخت)|يتم الدفع|غير مدفوع|السلة|ממתין לתשלום|לא שולם/u
    .source;

const undone = new RegExp(`${cancelled}|${returned}|${failed}`, 'u');
const comeBack = new RegExp(`${cancelled}|${returned}`, 'u');

/** Stems of statuses of orders that are under way or done. What neither these nor those above know is reported. */
const sold =
  /paid|paye|pagad|pagat|bezahlt|betaald|betal|oplac|zaplac|uhrazen|plat(it|en)|fizetve|оплач|сплач|입금|결제|付款|支払|入金|πληρ|مدفوع|الدفع|שולם|ชำระ|complet|abgeschlossen|termin|conclu|finali|zrealiz|vyrizen|dokonc|teljesit|выполн|викона|завърш|заверш|成功|完成|完了|완료|مكتمل|تنفيذ|הושלם|สำเร็จ|selesai|tamamla|hoan thanh|ολοκληρ/u
    .source +
  /|ship|sent|versand|versend|exped|envoy|enviad|sped|verzond|verstuur|wysl|odesl|odosl|skick|sendt|lahet|отправ|відправ|изпрат|доста|발송|배송|发货|發貨|発送|签收|شحن|توصيل|נשלח|จัดส่ง|dikirim|kargo|giao|απεσταλ|kiszallit|livr|deliver|gelief|geliefert|zugestell|entreg|consegn|doruc|dostarcz|toimit|levere/u
    .source +
  /|process|prepar|bearbeit|en cours|lavoraz|behandel|realizac|przygot|zpracov|обраб|сбор|处理|處理|処理|確認|진행|hazirl|onayl|diproses|fulfil|invoic|authori|autoris|autoriz|captur|accept|approv|confirm|bestatigt|bestaetigt|success|open|offen|new|neu|nuev|nov[aey]|nowe|новый|нова|新|جديد|hold|ready|gotow|pick|placed|order(ed)?$|locked|done|active|backorder|pre.?order/u
    .source;
const known = new RegExp(sold, 'u');

/** Whether an order with this status counts as a sale. An unknown status counts. */
export function countsAsSale(status: string): boolean {
  const words = plainStatus(status);
  if (counting.some((pattern) => pattern.test(words))) return true;
  return !wholeWords.has(words) && !undone.test(words);
}

/** Whether a status of delivery or of refunds, beside that of the order, says that nothing was sold: what is pending was. */
export function cameBack(status: string): boolean {
  const words = plainStatus(status);
  return !counting.some((pattern) => pattern.test(words)) && comeBack.test(words);
}

/** Whether a status that counts is one of a sale in the words of some language, and not only unknown. */
function isKnown(status: string): boolean {
  const words = plainStatus(status);
  return !/^\d+$/.test(words) && (known.test(words) || counting.some((pattern) => pattern.test(words)));
}

/** A status met in the files. */
export interface StatusSeen {
  readonly status: string;
  lines: number;
  readonly counts: boolean;
  /** False: it counts because nothing is known of it. */
  readonly known: boolean;
}

/** Statuses kept apart for the report; a column with more distinct values is hardly a status. */
const maxStatuses = 200;

/** Decides and counts the statuses of an import. */
export class StatusBook {
  readonly #seen = new Map<string, StatusSeen>();
  readonly #counted: ReadonlySet<string>;
  readonly #leftOut: ReadonlySet<string>;

  /** Both lists overrule what the words say. */
  constructor(counted: readonly string[] = [], leftOut: readonly string[] = []) {
    this.#counted = new Set(counted.map(plainStatus));
    this.#leftOut = new Set(leftOut.map(plainStatus));
  }

  /** @param lines 0 for a row that says the status of an order, and names no product */
  counts(status: string, lines = 1): boolean {
    const seen = this.#seen.get(status);
    if (seen) {
      seen.lines += lines;
      return seen.counts;
    }
    const counts = this.verdict(status);
    const given = [this.#counted, this.#leftOut].some((all) => all.has(plainStatus(status)));
    this.#add({ status, lines, counts, known: given || !counts || isKnown(status) });
    return counts;
  }

  /** Whether an order with this status counts, without counting it. */
  verdict(status: string): boolean {
    const words = plainStatus(status);
    return this.#counted.has(words) || (!this.#leftOut.has(words) && countsAsSale(status));
  }

  /** Like `counts`, for the status of delivery or of refunds beside that of the order; one that changes nothing is not listed. */
  cameBack(status: string, lines = 1): boolean {
    const seen = this.#seen.get(status);
    if (seen && !seen.counts) seen.lines += lines;
    const words = plainStatus(status);
    if (this.#counted.has(words) || !(this.#leftOut.has(words) || cameBack(status))) return false;
    if (!seen) this.#add({ status, lines, counts: false, known: true });
    return true;
  }

  #add(status: StatusSeen): void {
    if (this.#seen.size < maxStatuses) this.#seen.set(status.status, status);
  }

  /** Counts another line of an order whose status stands on an earlier line. */
  again(status: string): void {
    const seen = this.#seen.get(status);
    if (seen) seen.lines++;
  }

  /** The most frequent first. */
  seen(): StatusSeen[] {
    return [...this.#seen.values()].sort((a, b) => b.lines - a.lines);
  }
}
