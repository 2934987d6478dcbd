// Products → HTML for e-mails: tables and attributes alone, since mail programs drop style sheets, flex boxes and scripts.
import { directionOf } from '../contract/direction.ts';
import type { MailProduct } from '../contract/mail-list.ts';
import type { Locale } from '../contract/shop.ts';
import { html, type Markup } from '../escape-html.ts';

export interface FragmentSettings {
  /** Products side by side. */
  readonly columns: number;
  readonly lang: Locale;
}

/** Width of a newsletter, and space around its cells, in pixels. */
const width = 600;
const padding = 8;

/** A table without a page around it, for a newsletter to embed; an empty text without products. */
export function mailFragment(products: readonly MailProduct[], { columns, lang }: FragmentSettings): string {
  if (products.length === 0) return '';
  const rows = Array.from({ length: Math.ceil(products.length / columns) }, (_, row) =>
    products.slice(row * columns, (row + 1) * columns),
  );
  const cell = Math.floor(width / columns);
  const { text } =
    html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" lang="${lang}" dir="${directionOf(lang)}" style="max-width:${width}px;border-collapse:collapse">
${rows.map(
  (row) => html`<tr>${row.map((product) => productCell(product, cell))}</tr>
`,
)}</table>
`;
  return text;
}

function productCell(
  { name, image_url, link, price_text, former_price_text }: MailProduct,
  cell: number,
): Markup {
  const side = cell - 2 * padding;
  const picture =
    image_url === null
      ? null
      : html`<img src="${image_url}" alt="" width="${side}" border="0" style="display:block;width:100%;max-width:${side}px;height:auto"><br>`;
  const former =
    former_price_text === null
      ? null
      : html` <span style="color:#666666;text-decoration:line-through">${former_price_text}</span>`;
  return html`<td width="${cell}" valign="top" style="padding:${padding}px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:21px;color:#222222"><a href="${link}" style="color:#222222;text-decoration:none">${picture}${name}</a><br><b>${price_text}</b>${former}</td>`;
}
