// Builds the Arabic texts of the widgets for pages of other origins into dist/site/embed/locale-ar.js; the widgets load it on pages in Arabic.
import path from 'node:path';
import { defineConfig } from 'vite';
import { browsers } from './build/browsers.ts';
import { compressed } from './build/compressed.ts';
import { usedMessages } from './build/used-messages.ts';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: '../dist/site/embed',
    // The widgets are there already.
    emptyOutDir: false,
    target: browsers,
    lib: { entry: 'locales/ar.ts', formats: ['es'], fileName: () => 'locale-ar.js' },
    // Vite itself leaves the white space of ES modules.
    rolldownOptions: { output: { minify: true } },
  },
  plugins: [usedMessages(path.join(import.meta.dirname, 'embed/couture-widgets.ts')), compressed()],
});
