// Field → names that its column has in files of any origin: letters and digits only, in lower case, the likeliest first.
import type { OrderField, ProductField } from './fields.ts';

/** English names come before those of other languages, and names of one shop system after general ones. */
export const orderColumnNames: Record<OrderField, readonly string[]> = {
  order_id: words(
    `orderid order orderno ordernumber invoiceno invoice invoiceid invoicenumber transactionid transactionno transaction
     basketid basket receiptid receiptno receiptnumber receipt billno billnumber ticketid ticketno ticketnumber
     amazonorderid idorder incrementid orderincrementid orderref orderreference ordercode salesorder saleid displayid number
     reference documentno purchaseid cartid checkoutid
     auftragsnummer bestellnummer bestellnr auftragsnr rechnungsnummer belegnummer belegnr bonnummer bestellung auftrag beleg
     commande numerocommande nocommande numerodecommande idcommande pedido numeropedido numerodepedido idpedido
     ordine numeroordine idordine bestelnummer ordernummer bestelling numerzamowienia zamowienie`,
  ),
  customer_id: words(
    `customerid customer customerno customernumber custid userid user clientid client memberid membernumber buyerid shopperid
     idcustomer accountid contactid buyeruserid buyer customeremail useremail buyeremail emailaddress email customerkey
     kundennummer kundennr kundenid kunde kaeufer kaufer idclient numeroclient codeclient idcliente cliente codigocliente
     codicecliente klantnummer klantid klant kundnummer klient idklienta`,
  ),
  product_id: words(
    `productid product stockcode sku productsku productcode variantsku lineitemsku itemid itemno itemcode itemsku item articleid
     articleno articlenumber article asin variantid productvariantid idproduct productkey productno productnumber partnumber
     upc ean gtin barcode lineitemname
     artikelnummer artikelnr artnr artikel produktnummer produktid produkt referenceproduit idproduit codeproduit produit
     idproducto codigoproducto producto idprodotto codiceprodotto prodotto articolo artikelcode artikelid idproduktu
     products`,
  ),
  ordered_at: words(
    `orderedat orderdate ordertime invoicedate createdat created purchasedat purchasedate transactiondate transactiontime paidat
     orderplacedat placedat dateplaced datecreated dateadded saledate saletime completedat orderpurchasetimestamp
     ordercreatedat datetime timestamp date time datepaid tdat invoicetime purchasetime billdate receiptdate orderdatetime
     bestelldatum auftragsdatum rechnungsdatum kaufdatum belegdatum datum zeitpunkt erstelltam
     datecommande datedecommande datedachat fecha fechapedido fechadepedido fechacompra data dataordine datapedido dataacquisto
     besteldatum orderdatum datazamowienia`,
  ),
  quantity: words(
    `quantity qty units lineitemquantity qtyordered productqty productquantity quantitypurchased itemquantity orderqty amountordered
     pieces stuckzahl stueckzahl menge anzahl quantite qte cantidad quantita quantidade qtd aantal hoeveelheid ilosc antal`,
  ),
  returned_quantity: words(
    'returnedquantity quantityreturned returnedqty qtyreturned refundedquantity quantityrefunded qtyrefunded qtycanceled',
  ),
  unit_price: words(
    `unitprice price itemprice lineitemprice avgprice priceeach unitpriceinclvat unitpriceincltax itemcost finalprice
     productprice unitpricetaxincl sellingprice saleprice priceperunit grosssales
     einzelpreis stuckpreis stueckpreis preis verkaufspreis prixunitaire prix preciounitario precio prezzounitario prezzo
     precounitario preco stukprijs prijs cena`,
  ),
  line_total: words(
    `linetotal lineprice lineamount linesubtotal lineitemtotal rowtotal itemtotal itemsubtotal extendedprice extendedamount
     linetotalinclvat linetotalincltax linepriceincltax productnetrevenue productgrossrevenue
     positionssumme zeilensumme zeilenbetrag positionswert totalligne montantligne totallinea importelinea totaleriga regeltotaal`,
  ),
  category: words(
    `category productcategory itemcategory department producttype productcategoryname categoryname productgroup
     warengruppe kategorie categorie categoria rubrik kategoria`,
  ),
  name: words(
    `productname itemname productdescription itemdescription description producttitle title lineitemname itemtitle
     articlename productlabel name bezeichnung artikelbezeichnung artikelname produktname libelle designation descripcion
     nombre descrizione nome omschrijving nazwa`,
  ),
  status: words(
    `status orderstatus financialstatus paymentstatus orderstate state orderstatusname statusname bestellstatus statut estado
     stato statuszamowienia zahlungsstatus`,
  ),
  cancelled_at: words('cancelledat canceledat datecancelled datecanceled cancelledon'),
  currency: words(
    'currency currencycode ordercurrency currencyiso wahrung waehrung devise moneda valuta moeda waluta',
  ),
};

export const productColumnNames: Record<ProductField, readonly string[]> = {
  product_id: [...orderColumnNames.product_id, 'id', 'handle'],
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
};

/** Values of WooCommerce's and Magento's `Type`, which is not a category. */
export const productKinds =
  /^(simple|variable|variation|grouped|external|virtual|downloadable|subscription|variable-subscription|configurable|bundle)(, (virtual|downloadable))*$/i;

function words(text: string): string[] {
  return text.split(/\s+/);
}
