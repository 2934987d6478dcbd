// Builds the widgets into one module of a stable name, dist/site/embed/couture-widgets.js, beside the shop's build.
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: '../dist/site/embed',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    lib: { entry: 'embed/couture-widgets.ts', formats: ['es'], fileName: () => 'couture-widgets.js' },
    // One file: a page of another origin loads it by one address. Languages too.
    rolldownOptions: { output: { codeSplitting: false } },
  },
  plugins: [compressed()],
});
