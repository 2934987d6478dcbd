// The web app manifest, for installing the shop. The runtime fills in the shop's name; it serves the description and the
// screenshots, which show the sample shop, only for that shop.
import type { ManifestOptions } from 'vite-plugin-pwa';

/** Sizes in pixels; `npm run icons` makes them from icon/icon.svg. */
export const iconSizes = [72, 96, 128, 144, 152, 192, 384, 512] as const;

const icons = (purpose: 'any' | 'maskable') =>
  iconSizes.map((size) => ({
    src: `/icons/${purpose}-${size}.png`,
    sizes: `${size}x${size}`,
    type: 'image/png',
    purpose,
  }));

/** `name_localized` is for browsers whose language the shop leaves open (Web App Manifest, "localizable members"). */
const shortcut = (name: string, de: string, ar: string, url: string) => ({
  name,
  name_localized: { de, ar },
  url,
  icons: [{ src: '/icons/any-96.png', sizes: '96x96', type: 'image/png' }],
});

export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'Shop',
  short_name: 'Shop',
  description: 'Dresses, knitwear, bags and shoes, shown as they go together.',
  lang: 'en',
  dir: 'ltr',
  start_url: '/?source=installed',
  scope: '/',
  display: 'standalone',
  theme_color: '#2563eb',
  background_color: '#faf8f4',
  categories: ['shopping', 'lifestyle'],
  launch_handler: { client_mode: ['navigate-existing', 'auto'] },
  icons: [...icons('any'), ...icons('maskable')],
  shortcuts: [
    shortcut('Bag', 'Tasche', 'السلة', '/cart'),
    shortcut('Orders', 'Bestellungen', 'الطلبات', '/account'),
    shortcut('Watchlist', 'Merkliste', 'قائمة المتابعة', '/watchlist'),
    shortcut('On sale', 'Reduziert', 'عليها تخفيض', '/search?on_sale=1'),
  ],
  screenshots: [
    ...['home', 'product', 'cart'].map((page) => ({
      src: `/screenshots/narrow-${page}.webp`,
      sizes: '390x844',
      type: 'image/webp',
      form_factor: 'narrow' as const,
      label: { home: 'What is rising', product: 'A piece and what goes with it', cart: 'The bag' }[page]!,
    })),
    {
      src: '/screenshots/wide-home.webp',
      sizes: '1280x800',
      type: 'image/webp',
      form_factor: 'wide' as const,
      label: 'The shop on a desktop',
    },
  ],
};
