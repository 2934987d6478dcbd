// GET /embed: how to embed the widgets, for the developers of the shop: the lines to copy, with this runtime's own address and a
// product of the shop, and the widgets that they show.
import type { Context } from 'koa';
import { writtenOrigin } from '../../auth/own-origin.ts';
import type { ProductPage } from '../../contract/catalogue.ts';
import { html, type Markup } from '../../escape-html.ts';
import type { Binding } from '../bind.ts';
import { sendSignInPage } from '../page.ts';
import type { CatalogueAnswers } from './products.ts';

export interface EmbedPageParts {
  readonly catalogue: CatalogueAnswers;
  readonly name: string;
  readonly publicUrl: string | undefined;
  readonly basePath: string;
}

const widgets = ['bought-together', 'similar-products', 'trending'] as const;

export function embedPage({ router }: Binding, parts: EmbedPageParts): void {
  const { catalogue, name, publicUrl, basePath } = parts;
  router.get('/embed', async (ctx: Context) => {
    const asked = { url: '/api/products?limit=1', ip: ctx.ip };
    const { products } = (await catalogue.page({ limit: 1 }, asked)).read<ProductPage>();
    const id = products[0]?.id;
    // A Host that could be an attacker's is not written into a page.
    const api = `${writtenOrigin(ctx, publicUrl) ?? 'https://couture.example'}${basePath}`;
    ctx.set('Cache-Control', 'no-store');
    sendSignInPage(ctx, 200, `Embed the widgets of ${name}`, main(api, `${basePath}/`, id).text);
  });
}

/** @param own where the widgets of this page find the runtime, whatever its public URL is */
function main(api: string, own: string, id: string | number | undefined): Markup {
  const tag = (widget: (typeof widgets)[number], runtime: string): Markup =>
    widget === 'trending'
      ? html`<couture-trending api="${runtime}"></couture-trending>`
      : html`<couture-${widget} product-id="${id}" api="${runtime}"></couture-${widget}>`;
  const shown = widgets.filter((widget) => widget === 'trending' || id !== undefined);
  const script = html`<script type="module" src="${api}/embed/couture-widgets.js"></script>`;
  const lines = [
    script,
    ...shown.map((widget) => tag(widget, api)),
    html`<couture-chat api="${api}"></couture-chat>`,
  ];
  return html`<p>Put these lines into a page of your shop, each element where it shall appear. The product id stands for that of the page. The runtime must list the origin of the page in <code>COUTURE_CORS_ORIGINS</code>.</p>
<pre tabindex="0"><code>${lines.map((line) => line.text).join('\n')}</code></pre>
<p>Colours and fonts are those of the shop’s settings; <code>--couture-accent</code>, <code>--couture-heading</code> and other custom properties of the page take precedence.</p>
<h2>Preview</h2>
${shown.map((widget) => html`<section class="preview">${tag(widget, own)}</section>`)}
<script type="module" src="${own}embed/couture-widgets.js"></script>`;
}
