// Builds the Arabic texts for pages of other origins into dist/site/embed/locale-ar.js; the widgets load it on pages in Arabic.
import { defineConfig } from 'vite';
import { browsers } from './build/browsers.ts';
import { compressed } from './build/compressed.ts';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: '../dist/site/embed',
    // The widgets are there already.
    emptyOutDir: false,
    target: browsers,
    lib: { entry: 'locales/ar.ts', formats: ['es'], fileName: () => 'locale-ar.js' },
  },
  plugins: [compressed()],
});
