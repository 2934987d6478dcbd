// Configuration and the URLs in the source view → warnings about links that lead shoppers astray, with the setting that
// fixes them.
import type { AddressKinds } from '../../sql/store/shop/address-kinds.ts';
import type { Config } from '../core/options.ts';

export interface AddressWarning {
  readonly message: string;
  readonly hint: string;
}

type Settings = Pick<Config, 'shopUrl' | 'mediaUrl' | 'productUrl' | 'corsOrigins' | 'storefront'>;

/** No warnings if couture's storefront is the shop, since relative URLs are then correct. */
export function addressWarnings(kinds: AddressKinds, settings: Settings): AddressWarning[] {
  const { shopUrl, mediaUrl, productUrl, corsOrigins, storefront } = settings;
  const elsewhere = corsOrigins.length > 0 || !storefront || shopUrl !== undefined;
  const blocked = kinds.plain_origins.filter((origin) =>
    [shopUrl, mediaUrl].every((url) => url === undefined || new URL(url).origin !== origin),
  );
  const unseen: AddressWarning[] =
    storefront && blocked.length > 0
      ? [
          {
            message: `Pictures from ${blocked.join(', ')} are not shown on couture’s pages, since they come without TLS`,
            hint: `Use https in image_url, or, on a machine for development, set COUTURE_MEDIA_URL to ${blocked[0]}.`,
          },
        ]
      : [];
  if (!elsewhere) return unseen;
  const of = (count: number) => `${count} of ${kinds.products} products`;
  const away = storefront ? 'to couture’s storefront, away from the shop' : 'to pages that do not exist';
  const warnings: AddressWarning[] = [...unseen];
  if (shopUrl === undefined && kinds.relative_urls > 0)
    warnings.push({
      message: `${of(kinds.relative_urls)} have a relative url, so their links lead ${away}`,
      hint: 'Set COUTURE_SHOP_URL to the URL of the shop, or return absolute URLs from the view.',
    });
  if (shopUrl === undefined && mediaUrl === undefined && kinds.relative_pictures > 0)
    warnings.push({
      message: `${of(kinds.relative_pictures)} have a relative image_url, so browsers request their pictures from couture`,
      hint: 'Set COUTURE_MEDIA_URL (or COUTURE_SHOP_URL) to the base URL of the pictures.',
    });
  if (productUrl === undefined && kinds.without_url > 0)
    warnings.push({
      message: `${of(kinds.without_url)} have no url, so their links lead ${shopUrl ? 'to the front page of the shop' : away}`,
      hint: 'Set COUTURE_PRODUCT_URL to the URL pattern of the shop’s product pages, such as /products/{id}.',
    });
  return warnings;
}
