// Builds the shop and its service worker into dist/site, where the runtime finds them.
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { browsers } from './build/browsers.ts';
import { compressed } from './build/compressed.ts';
import { firstPaint } from './build/first-paint.ts';
import { manifest } from './build/manifest.ts';
import { ownManifest } from './build/own-manifest.ts';
import { preloaded } from './build/preloaded.ts';
import { shortStyles } from './build/short-styles.ts';

/**
 * What every page of the shop starts with, as one file: as twenty small ones, over HTTP/1.1, they took four round trips. Modules
 * come with what they import.
 */
const base =
  /node_modules\/(?:@lit|lit|lit-element|lit-html)\/(?!.*directives\/(?!repeat\.js))|web\/(?:api\/(?:client|report-events|written-answers)|elements\/(?:brand-look|hold-renders|icon|price|product-picture\.element)|push\/push|shop\/(?:bottom\/bottom-layer|page-element|search-url)|state\/(?:cart|content-lang|contexts|delivery|identity|money|session|viewed))\.ts$/;

/** The same for pages with lists of products. */
const lists = /web\/(?:elements\/product-card\.element|state\/renewed|widgets\/recommendation-widget)\.ts$/;

/** The kill switch: builds a worker that removes itself and its caches, in case a broken worker was deployed. */
const killWorker = process.env.COUTURE_KILL_WORKER === '1';

export default defineConfig({
  root: import.meta.dirname,
  experimental: {
    // Scripts find each other wherever the runtime is; the runtime fills the base path into the documents.
    renderBuiltUrl: (_file, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  build: {
    outDir: '../dist/site',
    emptyOutDir: true,
    target: browsers,
    sourcemap: 'hidden',
    // Its inline script would need a hole in the content security policy; all browsers of `target` preload modules.
    modulePreload: { polyfill: false },
    // Inlines nothing: img-src allows data:, but font-src does not, and separate files are cached.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        shop: `${import.meta.dirname}/index.html`,
        stories: `${import.meta.dirname}/stories.html`,
        console: `${import.meta.dirname}/console.html`,
      },
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: base, priority: 2 },
            { name: 'lists', test: lists, priority: 1 },
          ],
        },
      },
    },
  },
  plugins: [
    shortStyles(),
    firstPaint(),
    preloaded('shop.element'),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'worker',
      filename: 'service-worker.ts',
      outDir: '../dist/site',
      injectRegister: false,
      registerType: 'prompt',
      manifest,
      includeManifestIcons: false,
      selfDestroying: killWorker,
      injectManifest: {
        // Only the shop's own files: no stories, embeds or source maps.
        globPatterns: ['index.html', 'assets/*.{js,css,woff2}'],
        globIgnores: ['**/stories*', '**/embed/**', '**/console*', '**/document-*', '**/*.map'],
        maximumFileSizeToCacheInBytes: 300_000,
      },
    }),
    ownManifest(),
    compressed(),
  ],
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:3000',
      '/pictures': 'http://127.0.0.1:3000',
      '/demo': 'http://127.0.0.1:3000',
    },
  },
});
