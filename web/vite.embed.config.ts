// Builds the widgets into one module with a stable name, dist/site/embed/couture-widgets.js, beside the shop's build.
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: '../dist/site/embed',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: 'hidden',
    lib: { entry: 'embed/couture-widgets.ts', formats: ['es'], fileName: () => 'couture-widgets.js' },
    // One file, with all languages: a page of another origin loads a single URL.
    // Vite leaves the whitespace in ES modules of libraries, for bundlers; pages load this one as it is.
    rolldownOptions: { output: { codeSplitting: false, minify: true } },
  },
  plugins: [compressed()],
});
