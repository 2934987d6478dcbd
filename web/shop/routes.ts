// The pages of the shop, each loaded on its first visit. The runtime knows the same paths (front-end.ts).
import type { Route } from './router.ts';

export const routes: readonly Route[] = [
  {
    path: /^\/(?:index\.html)?$/,
    element: 'couture-home-page',
    load: () => import('./pages/home/home-page.element.ts'),
  },
  {
    path: /^\/category\/(?<category>[^/]+)\/?$/,
    element: 'couture-category-page',
    load: () => import('./pages/category/category-page.element.ts'),
  },
  {
    path: /^\/search\/?$/,
    element: 'couture-search-page',
    load: () => import('./pages/search/search-page.element.ts'),
  },
  {
    path: /^\/products?\/(?<id>[^/]+)\/?$/,
    element: 'couture-product-page',
    load: () => import('./pages/product/product-page.element.ts'),
  },
  {
    path: /^\/cart\/?$/,
    element: 'couture-cart-page',
    load: () => import('./pages/cart/cart-page.element.ts'),
  },
  {
    path: /^\/checkout\/?$/,
    element: 'couture-checkout-page',
    load: () => import('./pages/checkout/checkout-page.element.ts'),
  },
  {
    path: /^\/watchlist\/?$/,
    element: 'couture-watch-list-page',
    load: () => import('./pages/watch-list/watch-list-page.element.ts'),
  },
  {
    path: /^\/account\/?$/,
    element: 'couture-account-page',
    load: () => import('./pages/account/account-page.element.ts'),
  },
  {
    path: /^\/offline\/?$/,
    element: 'couture-offline-page',
    load: () => import('./pages/offline/offline-page.element.ts'),
  },
  // Pages of the server: the worker answers with the shell while there is no network.
  {
    path: /^\/(?:sign-in|demo\/sign-in|accessibility|console)\/?$/,
    element: 'couture-elsewhere-page',
    load: () => import('./pages/elsewhere/elsewhere-page.element.ts'),
  },
];

export const notFound: Route = {
  path: /^/,
  element: 'couture-not-found-page',
  load: () => import('./pages/not-found/not-found-page.element.ts'),
};
