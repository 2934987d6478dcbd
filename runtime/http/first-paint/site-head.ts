// The head of a page of the shop: title, description, canonical URL and the properties of link previews.
import type { Context } from 'koa';
import { writtenOrigin } from '../../auth/own-origin.ts';
import type { PageHead } from '../page.ts';

export interface Site {
  /** Name of the shop. */
  readonly name: string;
  readonly publicUrl: string | undefined;
  readonly basePath: string;
  /** Path of the raster image that link previews show of pages without one of their own. */
  readonly previewImage: string;
}

/** @param path with the base path */
export function siteHead(
  ctx: Context,
  path: string,
  { title, description }: { readonly title: string; readonly description: string },
  { name, publicUrl, previewImage }: Site,
): PageHead {
  const origin = writtenOrigin(ctx, publicUrl);
  const absolute = (each: string) => (origin === undefined ? each : new URL(each, origin).toString());
  const url = absolute(path);
  return {
    title,
    description,
    canonical: url,
    properties: {
      'og:type': 'website',
      'og:site_name': name,
      'og:title': title,
      'og:description': description,
      'og:url': url,
      'og:image': absolute(previewImage),
    },
  };
}
