// Step 11: what to paste into the shop's pages, and how to start the runtime.
import type { Config } from '../../runtime/core/options.ts';
import { urlHost } from '../../runtime/url-host.ts';
import { redactUrl } from '../../sql/errors.ts';
import type { PlatformName } from '../../sql/source/platforms.ts';

export interface Embedding {
  /** HTML for a product page, with the id of one product. */
  readonly html: string;
  /** What a template of the platform writes instead of that id; undefined where it is not known. */
  readonly productId: string | undefined;
}

/** Platform → the product of the page in the templates of its usual storefront, by an id or handle that couture knows. */
const templateIds: Partial<Record<PlatformName, string>> = {
  django: '{{ product.pk }}',
  oscar: '{{ product.pk }}',
  medusa: '{product.id}',
  vendure: '{variant.id}',
  evershop: '{product.productId}',
  saleor: '{product.slug}',
  spree: '<%= @product.slug %>',
  odoo: '{{ product.product_variant_id.id }}',
};

/** @param productId of the example */
export function embedding(
  { publicUrl, host, port, currency }: Pick<Config, 'publicUrl' | 'host' | 'port' | 'currency'>,
  productId: string,
  platform: PlatformName | undefined,
): Embedding {
  const api = (publicUrl ?? `http://${urlHost(host)}:${port}`).replace(/\/+$/, '');
  const tag = (name: string) =>
    `<couture-${name} product-id="${escaped(productId)}" api="${escaped(api)}" currency="${currency}"></couture-${name}>`;
  return {
    html: [
      `<script type="module" src="${escaped(api)}/embed/couture-widgets.js"></script>`,
      tag('bought-together'),
      tag('similar-products'),
    ].join('\n'),
    productId: platform && templateIds[platform],
  };
}

/** The command that starts the runtime. A URL that is saved nowhere has to come from the environment. */
export function serveCommand(databaseUrl: string, known: boolean): string {
  return known ? 'couture serve' : `DATABASE_URL='${redactUrl(databaseUrl)}' couture serve`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
