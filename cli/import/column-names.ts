// Field → names that its column has in files of any origin: letters and digits only, in lower case, the likeliest first.
import type { OrderField, ProductField } from './fields.ts';

/** SAP's names of an article number. */
const materials = words('material materialnummer materialnumber matnr');

/** English names come before those of other languages, and names of one shop system after general ones. */
export const orderColumnNames: Record<OrderField, readonly string[]> = {
  order_id: words(
    `orderid order orderno ordernumber invoiceno invoice invoiceid invoicenumber transactionid transactionno transaction
     basketid basket receiptid receiptno receiptnumber receipt billno billnumber ticketid ticketno ticketnumber
     amazonorderid idorder incrementid orderincrementid orderref orderreference ordercode salesorder saleid displayid number
     reference documentno purchaseid cartid checkoutid
     auftragsnummer bestellnummer bestellnr auftragsnr rechnungsnummer belegnummer belegnr bonnummer bestellung auftrag beleg
     commande numerocommande nocommande numerodecommande idcommande pedido numeropedido numerodepedido idpedido
     ordine numeroordine idordine bestelnummer ordernummer bestelling numerzamowienia zamowienie
     cisloobjednavky objednavka номерзаказа заказ 注文番号 受注番号 订单号 订单编号 訂單編號 주문번호 siparisno
     订单号 交易号 订单id nrzamowienia رقمالطلب رقمالطلبية מספרהזמנה หมายเลขคำสั่งซื้อ madonhang nomorpesanan номерзамовлення rendelesszam nrcomanda
     numarcomanda αριθμοςπαραγγελιας tilausnumero ordrenummer bestillingsnummer siparisnumarasi شمارهسفارش`,
  ),
  customer_id: words(
    `customerid customercode customer customerno customernumber custid userid user clientid client memberid membernumber buyerid shopperid
     idcustomer accountid contactid buyeruserid buyer customeremail useremail buyeremail emailaddress email customerkey
     kundennummer kundennr kundenid kunde kaeufer kaufer idclient numeroclient codeclient idcliente cliente codigocliente
     codicecliente klantnummer klantid klant kundnummer klient idklienta
     zakaznik покупатель клиент 顧客番号 顧客id 会員番号 メールアドレス 会员编号 客户编号 고객번호 ordercustomeremail
     contactemail buyerusername buyerlogin 注文者メールアドレス 买家昵称 买家会员名 邮箱 kupujacy emailkupujacego emailklienta رقمالعميل البريدالإلكتروني رقمالجوال
     اسمالعميل kundenemail emailclient musteri eposta רוכש רקוח אימייל`,
  ),
  product_id: [
    ...words(
      `productid product stockcode sku productsku productcode variantsku lineitemsku itemid itemno itemcode itemsku item articleid
     articleno articlenumber article asin variantid productvariantid idproduct productkey productno productnumber partnumber articlecode
     upc ean gtin barcode lineitemproductnumber customlabel itemtitle lineitemname
     artikelnummer artikelnr artnr artikel produktnummer produktid produkt referenceproduit idproduit codeproduit produit
     kodzbozi zbozi артикул товар 商品番号 商品コード 品番 商品编号 商品编码 货号 商品編號 상품번호 상품코드 urunkodu
     idproducto codigoproducto producto idprodotto codiceprodotto prodotto articolo artikelcode artikelid idproduktu
     products
     externalid offerid ozonid sygnatura idoferty 商家编码 外部系统编号 商品管理番号 رمزالمنتجsku رمزالمنتج كودالمنتج מקט รหัสสินค้า masanpham kodeproduk kodproduktu
     termekkod cikkszam codprodus κωδικοςπροιοντος tuotenumero varenummer`,
    ),
    ...materials,
  ],
  ordered_at: words(
    `orderedat orderdate ordertime invoicedate createdat created purchasedat purchasedate transactiondate transactiontime paidat
     orderplacedat placedat dateplaced datecreated dateadded saledate saletime completedat orderpurchasetimestamp
     ordercreatedat orderdatetime dateadd datecreatedgmt postdategmt postdate datetime timestamp date time datepaid tdat invoicetime purchasetime billdate receiptdate
     bestelldatum auftragsdatum rechnungsdatum kaufdatum belegdatum datum zeitpunkt erstelltam
     datecommande datedecommande datedachat fecha fechapedido fechadepedido fechacompra data dataordine datapedido dataacquisto
     besteldatum orderdatum datazamowienia датазаказа дата 注文日 注文日時 受注日 订单日期 下单时间 訂單日期 주문일 주문일자 tarih
     принятвобработку датаоформления датазамовлення datazakupu datumobjednavky 付款时间 支付时间 订单创建时间 تاريخالطلب תאריךהזמנה วันที่สั่งซื้อ ngaydathang
     tanggalpesanan rendelesdatuma datacomenzii ημερομηνια tilauspaiva ordredato bestillingsdato siparistarihi`,
  ),
  quantity: words(
    `quantity qty units lineitemquantity qtyordered productqty productquantity quantitypurchased itemquantity orderqty amountordered
     pieces stuckzahl stueckzahl menge anzahl quantite qte cantidad quantita quantidade qtd aantal hoeveelheid ilosc antal lineitemquantity
     mnozstvi количество 数量 個数 수량 adet
     商品数量 购买数量 liczbasztuk الكمية כמות จำนวน soluong jumlah mennyiseg darab cantitate ποσοτητα maara antall кількість`,
  ),
  returned_quantity: words(
    'returnedquantity quantityreturned returnedqty qtyreturned refundedquantity quantityrefunded qtyrefunded qtycanceled productquantityrefunded itemrefundedqty',
  ),
  unit_price: words(
    `unitprice price itemprice lineitemprice avgprice priceeach unitpriceinclvat unitpriceincltax itemcost finalprice
     productprice unitpricetaxincl vkbrutto sellingprice saleprice priceperunit soldfor lineitemunitprice
     einzelpreis stuckpreis stueckpreis preis verkaufspreis prixunitaire prix preciounitario precio prezzounitario prezzo
     precounitario preco stukprijs prijs cena цена 単価 価格 単価税込 单价 价格 單價 단가 가격 fiyat
     商品单价 商品单价元 商品价格 cenajednostkowa cenazasztuke سعرالمنتج السعر מחיר ราคา dongia hargasatuan egysegar pret pretunitar τιμη yksikkohinta ціна`,
  ),
  line_total: words(
    `linetotal lineprice lineamount linesubtotal lineitemtotal rowtotal itemtotal itemsubtotal extendedprice extendedamount
     grosssales lineitemtotalprice linetotalinclvat linetotalincltax linepriceincltax productnetrevenue productgrossrevenue
     positionssumme zeilensumme zeilenbetrag positionswert totalligne montantligne totallinea importelinea totaleriga regeltotaal
     productsales итоговаястоимостьтовара`,
  ),
  category: words(
    `category productcategory itemcategory department producttype productcategoryname categoryname productgroup
     warengruppe kategorie categorie categoria rubrik kategoria категория カテゴリ カテゴリー 类别 分類 카테고리
     التصنيف`,
  ),
  name: words(
    `productname itemname productdescription itemdescription description producttitle title lineitemname itemtitle
     articlename productlabel name bezeichnung artikelbezeichnung artikelname produktname libelle designation descripcion
     nombre descrizione nome omschrijving nazwa nazev наименование название 商品名 商品名称 商品名稱 상품명 lineitemlabel urunadi
     标题 宝贝标题 tytuloferty nazwaoferty nazwaproduktu наименованиетовара назватовару اسمالمنتج שםמוצר ชื่อสินค้า tensanpham namaproduk termeknev
     numeprodus denumire tuotenimi varenavn item label`,
  ),
  status: words(
    `status orderstatus financialstatus paymentstatus orderstate state orderstatusname statusname bestellstatus statut estado
     stato statuszamowienia zahlungsstatus currentstatename stav статус 状态 状態 ステータス 注文ステータス 订单状态 주문상태 durum paymentstate statemachinestate
     sellerstatus statusplatnosci статусзаказа статусплатежа حالةالطلب סטטוס สถานะ trangthai statuspesanan allapot stare κατασταση tila
     currentstate idorderstate orderstatusid statusid`,
  ),
  // Beside the status of the order, which it does not replace.
  delivery_status: words(
    `fulfillmentstatus fulfilmentstatus deliverystatus deliverystate shippingstatus shippingstate shipmentstatus refundstatus returnstatus
     lieferstatus versandstatus statutlivraison estadoenvio 退款状态 发货状态 発送ステータス статусдоставки`,
  ),
  // A time or a switch.
  cancelled_at: words(
    `cancelledat canceledat datecancelled datecanceled cancelledon cancelled canceled iscancelled iscanceled voided isvoid isvoided
     deletedat deleted isdeleted istest testorder storniert isstorno annule annulee cancelado annullato geannuleerd`,
  ),
  // Read of files of orders only.
  changed_at: words(
    `statuschangedat statusdate statusat statusupdatedat updatedat dateupdated lastupdated lastupdatedat lastupdateddate lastupdatedate modifiedat
     datemodified modifieddate modified lastmodified dateupd datemodifiedgmt writedate geandertam aktualisiertam
     datemodification fechamodificacion datamodifica 更新时间 更新日時 датаизменения`,
  ),
  currency: words(
    `currency currencycode ordercurrency currencyiso wahrung waehrung devise moneda valuta moeda waluta валюта 通貨 货币 통화
     العملة מטבע кодвалютыотправления кодвалютытовара`,
  ),
  refund_of: words(
    `refundof refundoforder refundedorder refundedordernumber refundedorderid refundfor creditmemofor creditnotefor creditfor returnof
     returnoforder originalorder originalorderid originalorderno originalordernumber originalordername originalreceipt
     originalreceiptnumber originalinvoice originaltransactionid gutschriftzu stornozu ursprungsbestellung originalbestellnummer
     avoirsurcommande commandeorigine commandedorigine pedidooriginal ordineoriginale oorspronkelijkebestelling`,
  ),
  line_type: words(
    'linetype lineitemtype orderitemtype positiontype itemizationtype itemtype eventtype transactiontype recordtype positionstyp type',
  ),
  parent_line: [],
};

/**
 * Order files whose columns have none of these names: what a name has to contain, and what it must not. A price that the shop pays, a
 * state of an address, or whether a record was synchronized, would be worse than none.
 */
export const likelyOrderColumns: Partial<Record<OrderField, readonly [is: RegExp, isNot: RegExp]>> = {
  quantity: [
    /qty|quantit|menge|anzahl|stuckzahl|cantidad|quantidade|aantal|ilosc|antal/,
    /return|refund|cancel|storn|retour|ship|invoic|deliver|fulfil|stock|avail|inventor|total|min|max|order$|orders|discount|rabat|price|preis|pack|[ck]arton|per|einheit|unitof|quantityunit|measure|backorder|hand|reserv|weight|gewicht|break|type/,
  ],
  unit_price: [
    /price|preis|prix|prezzo|precio|preco|prijs|(?<!o)cena/,
    /total|sub|sum|gesamt|discount|rabat|remise|ship|versand|deliver|list|compare|original|regular|cost|curren|rule|group|type|order|cart|refund|max|min|purchase|wholesale|buying|supplier|einkauf|einheit|grundpreis|basispreis|achat|acquist|compra|inkoop|[nz]akup|rrp|msrp|level|tier|date|code|change|gift|option|fee|deposit|(?<!in|incl?|ex|excl?|ing|with|without|after|before|of|plus)(?:tax|vat)(?:amount)?$/,
  ],
  // Beside the status of an order, files say whether it was exported, printed or mailed: "pending" there undoes nothing.
  status: [
    /^(?:order|invoice|sale|document|transaction|payment|bestell(?:ung)?|auftrag|commande|pedido|bill(?=.*status))(?:s|order|line|item|payment|financial|current)*(?:status|state|etat|estado|statut|stato)$/,
    /ship|deliver/,
  ],
  currency: [
    /currenc|wahrung|devise|moneda|valuta|waluta/,
    /base|rate|kurs|symbol|name|store|exchange|dat|tag$|^(?:total|sub|grand|amount|tax|discount|paid|shipping).*currency$/,
  ],
};

export const productColumnNames: Record<ProductField, readonly string[]> = {
  // What a product is made of stands beside its id.
  product_id: [
    ...orderColumnNames.product_id.filter((name) => !materials.includes(name)),
    'id',
    'handle',
    ...materials,
  ],
  name: words(
    `name productname itemname title producttitle description productdescription bezeichnung artikelbezeichnung artikelname
     produktname libelle designation nombre nome naam nazwa`,
  ),
  description: words(
    'description productdescription longdescription body bodyhtml shortdescription beschreibung',
  ),
  category: words(
    `category categories productcategory itemcategory department producttype type productcategoryname categoryname productgroup
     warengruppe kategorie categorie categoria kategoria`,
  ),
  price: words(
    'price unitprice itemprice variantprice regularprice listprice rrp msrp preis einzelpreis verkaufspreis prix precio prezzo preco prijs cena',
  ),
  discounted_price: words(
    'discountedprice saleprice specialprice offerprice discountprice sonderpreis angebotspreis',
  ),
  sale_from: words('specialpricefromdate datesalepricestarts salepricefrom salestartdate'),
  sale_until: words('specialpricetodate datesalepriceends salepriceto saleenddate'),
  compare_at_price: words('compareatprice variantcompareatprice'),
  on_sale: words('onsale issale isonsale'),
  image_url: words('imageurl image imagesrc imagelink images mainimage picture pictureurl bild bildurl'),
  rating: words('rating averagerating avgrating stars reviewrating bewertung'),
  review_count: words('reviewcount reviewscount reviews numreviews numberofreviews ratingcount'),
  tags: words('tags tag keywords labels'),
  featured: words('featured isfeatured highlighted'),
  inventory: words(
    'inventory stock stockquantity quantity variantinventoryqty qty availablequantity instockquantity lagerbestand bestand existencias giacenza voorraad',
  ),
  in_stock: words('instock isinstock available availability'),
  stock_tracked: words('stocktracked managestock variantinventorytracker'),
  backorders: words('backorders backordersallowed allowbackorders variantinventorypolicy'),
  group_id: words('groupid itemgroupid parentid parentsku parent productgroupid masterid styleid'),
  handle: words('handle slug urlkey urlhandle seofriendlyurl'),
  url: words('url link producturl permalink'),
  brand: words('brand vendor manufacturer marke hersteller marque marca merk'),
  cost: words('cost costperitem costprice purchaseprice wholesaleprice einkaufspreis'),
  created_at: words('createdat datecreated created dateadded publishedat'),
  published: words('published productonline isactive active enabled isvisible visible'),
  status: words('status productstatus'),
  variants: [],
  kind: [],
  colour: words('colour color farbe couleur colore kleur kolor цвет 颜色 カラー 색상'),
  size: words(
    'size clothingsize shoesize grosse groesse taille talla taglia maat rozmiar размер 尺码 サイズ 사이즈',
  ),
};

/** Values of WooCommerce's and Magento's `Type`, which is not a category. */
export const productKinds =
  /^(simple|variable|variation|grouped|external|virtual|downloadable|subscription|variable-subscription|configurable|bundle)(, (virtual|downloadable))*$/i;

/** Names as `plainName` leaves them. */
function words(text: string): string[] {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').split(/\s+/);
}
