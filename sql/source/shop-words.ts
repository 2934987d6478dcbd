// Names of tables and columns in Spanish, Portuguese, Italian, French, German or Dutch → the English words that shops in those countries
// translate: lineas_pedido → order line. Names without such a word stay as they are.

/** English word → the words of other languages, without accents. Those of Romance languages put what they name first. */
// biome-ignore format: one row per line
const romance: Readonly<Record<string, string>> = {
  order: 'pedido pedidos encomenda encomendas ordine ordini commande commandes compra compras venta ventas venda vendas',
  line: 'linea lineas linha linhas riga righe ligne lignes renglon renglones detalle detalles detalhe detalhes dettaglio dettagli posicion',
  product: 'producto productos produto produtos prodotto prodotti produit produits articulo articulos artigo artigos articolo articoli',
  customer: 'cliente clientes clienti comprador compradores acheteur acheteurs acquirente acquirenti',
  user: 'usuario usuarios utilisateur utilisateurs utente utenti utilizador utilizadores',
  category: 'categoria categorias categorie categories rubrique rubriques familia familias',
  brand: 'marca marcas marque marques marchio',
  status: 'estado estados situacao stato stati statut statuts etat etats situacion',
  name: 'nombre nombres nome nom titulo titolo titre descripcion_corta',
  surname: 'apellido apellidos sobrenome cognome nom_famille',
  description: 'descripcion descricao descrizione',
  price: 'precio precios preco precos prezzo prezzi prix tarifa',
  unit: 'unitario unitaria unitaire',
  cents: 'centimo centimos centavo centavos centesimi centimes',
  sale: 'oferta promocion promocao promozione offerta promotion solde rebajado rebajada',
  quantity: 'cantidad cantidades quantidade quantita quantite unidades',
  stock: 'existencias inventario estoque giacenza giacenze',
  image: 'imagen imagenes imagem immagine foto fotos',
  date: 'fecha fechas',
  created: 'creado creada creacion criado criada criacao creato creata creazione cree creation alta registro',
  deleted: 'eliminado eliminada borrado borrada excluido excluida eliminato eliminata supprime supprimee',
  cancelled: 'cancelado cancelada anulado anulada annulato annulata annule annulee',
  paid: 'pagado pagada pago pagato pagata paye payee',
  active: 'activo activa ativo ativa attivo attiva actif actif publicado publicada',
  number: 'numero numeros',
  email: 'correo correo_electronico courriel',
  guest: 'invitado invitada convidado ospite invite',
  currency: 'moneda moeda valuta devise divisa',
  total: 'totale importe montant',
  wish: 'deseo deseos desejo desejos desideri souhait souhaits favorito favoritos',
  list: 'lista listas liste',
  parent: 'padre pai genitore',
  key: 'clave chave chiave cle',
  code: 'codigo codice',
  colour: 'colores cor cores colore colori couleur couleurs',
  size: 'talla tallas tamanho taglia taglie taille tailles',
  variant: 'variante variantes varianti',
  review: 'resena resenas valoracion valoraciones avis recensione recensioni avaliacao avaliacoes',
};
// biome-ignore format: one row per line
const germanic: Readonly<Record<string, string>> = {
  order: 'bestellung bestellungen auftrag auftraege auftrage bestelling bestellingen',
  orderline: 'bestellposition bestellpositionen auftragsposition auftragspositionen bestellregel bestellregels bestellzeile bestellzeilen',
  line: 'zeile zeilen regel regels',
  product: 'produkt produkte artikel artikels artikelen producten',
  customer: 'kunde kunden klant klanten',
  user: 'benutzer nutzer gebruiker gebruikers',
  category: 'kategorie kategorien warengruppe warengruppen categorieen',
  brand: 'hersteller merk merken',
  name: 'bezeichnung titel naam',
  first_name: 'vorname voornaam',
  surname: 'nachname achternaam',
  description: 'beschreibung beschrijving omschrijving',
  price: 'preis preise prijs prijzen',
  unit_price: 'einzelpreis stueckpreis stuckpreis stukprijs',
  price_cents: 'preiscent prijscent',
  sale_price: 'angebotspreis aktionspreis sonderpreis actieprijs',
  quantity: 'menge anzahl stueckzahl aantal',
  stock: 'bestand lagerbestand voorraad',
  image: 'bild bilder afbeelding',
  date: 'datum',
  order_date: 'bestelldatum auftragsdatum besteldatum bestellt_am',
  created: 'erstellt angelegt aangemaakt',
  deleted: 'geloescht geloscht verwijderd',
  cancelled: 'storniert geannuleerd',
  paid: 'bezahlt betaald',
  active: 'aktiv actief',
  number: 'nummer',
  order_number: 'bestellnummer auftragsnummer bestelnummer',
  currency: 'waehrung wahrung',
  total: 'summe gesamt totaal',
  wishlist: 'wunschliste wunschzettel merkliste verlanglijst',
  colour: 'farbe farben kleur kleuren',
  size: 'groesse groessen grosse maat maten',
};

/** Words that are English, too: they are translated beside others only. */
// biome-ignore format: one row per line
const ambiguous: ReadonlyMap<string, string> = dictionary({
  date: 'data', customer: 'client clients', email: 'mail', at: 'en em le il am op', line: 'position positionen', cents: 'cent',
});

const [head, tail] = [dictionary(romance), dictionary(germanic)];
/** Of, the, and others that names carry along. */
const fillers = new Set(
  'de del la el los las do da dos das di della delle des du der die das het van den'.split(' '),
);

function dictionary(words: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(words).flatMap(([english, others]) =>
      others.split(' ').map((word) => [word, english] as const),
    ),
  );
}

/** `lineas_pedido` → `order_line`, `precioUnitario` → `unit_price`; undefined for a name without a word of another language. */
export function inEnglish(name: string): string | undefined {
  const words = name
    .replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, '_')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .split(/[_\s]+/)
    .filter((word) => word !== '');
  const isHead = words.some((word) => head.has(word));
  if (!isHead && !words.some((word) => tail.has(word))) return undefined;
  const id = words.at(-1) === 'id' ? words.splice(-1) : [];
  const english = words
    .filter((word) => !fillers.has(word))
    .map((word) => head.get(word) ?? tail.get(word) ?? ambiguous.get(word) ?? word);
  return [...(isHead ? english.reverse() : english), ...id].join('_');
}

/** Whether a name has the words of an English one, in any order if they are of another language. */
export function meansName(name: string, english: string): boolean {
  const said = inEnglish(name);
  return said !== undefined && inOrder(said) === inOrder(english);
}

function inOrder(words: string): string {
  return words.split('_').sort().join('_');
}
