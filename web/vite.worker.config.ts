// Builds the push worker for pages of other origins into one classic script, dist/site/embed/couture-push-worker.js:
// importScripts is the only way to load it from the runtime.
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
    sourcemap: 'hidden',
    lib: {
      entry: 'embed/push-worker.ts',
      formats: ['iife'],
      name: 'couturePushWorker',
      fileName: () => 'couture-push-worker.js',
    },
  },
  plugins: [compressed()],
});
