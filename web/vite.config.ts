// Builds the shop into dist/site, where the runtime finds it.
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../dist/site',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // Its inline script would need a hole in the content security policy; all browsers of `target` preload modules.
    modulePreload: { polyfill: false },
    // Nothing is inlined: img-src allows data:, font-src does not, and a file of its own is cached.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { shop: `${import.meta.dirname}/index.html` },
    },
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:3000',
      '/pictures': 'http://127.0.0.1:3000',
      '/demo': 'http://127.0.0.1:3000',
    },
  },
});
