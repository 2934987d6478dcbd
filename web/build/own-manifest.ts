// A build step: a document that names a web app manifest of its own keeps it alone. vite-plugin-pwa adds the shop's to every document.
import type { Plugin } from 'vite';

const shops = '<link rel="manifest" href="/manifest.webmanifest">';

export function ownManifest(): Plugin {
  return {
    name: 'couture-own-manifest',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => (html.split('rel="manifest"').length > 2 ? html.replace(shops, '') : html),
    },
  };
}
