// Builds the bag's first view into one small script without the app's code, dist/site/assets/bag-outline-….js, and names it in
// early-scripts.json, from which the runtime adds it to the documents of the page.
import { defineConfig } from 'vite';
import { browsers } from './build/browsers.ts';
import { compressed } from './build/compressed.ts';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: '../dist/site',
    // The shop is there already.
    emptyOutDir: false,
    target: browsers,
    sourcemap: 'hidden',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { 'bag-outline': `${import.meta.dirname}/shop/pages/cart/bag-outline.ts` },
      output: { entryFileNames: 'assets/[name]-[hash].js', minify: true },
    },
  },
  plugins: [
    {
      name: 'couture-early-scripts',
      generateBundle(_options, bundle) {
        const [fileName] = Object.keys(bundle).filter((name) => name.endsWith('.js'));
        this.emitFile({
          type: 'asset',
          fileName: 'early-scripts.json',
          source: JSON.stringify({ '/cart': fileName }),
        });
      },
    },
    compressed(),
  ],
});
