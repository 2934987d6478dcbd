// Builds the widgets into one script with a stable name, dist/site/embed/couture-widgets.js, beside the shop's build, and
// couture-widgets.mjs around it, which packages import.
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { browsers } from './build/browsers.ts';
import { compressed } from './build/compressed.ts';
import { ownRem } from './build/own-rem.ts';
import { shortStyles } from './build/short-styles.ts';
import { usedMessages } from './build/used-messages.ts';

const moduleOfPackage: Plugin = {
  name: 'couture-module',
  generateBundle() {
    const source = "import './couture-widgets.js';\nexport const couture = globalThis.couture;\n";
    this.emitFile({ type: 'asset', fileName: 'couture-widgets.mjs', source });
  },
};

const entry = path.join(import.meta.dirname, 'embed/couture-widgets.ts');

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  resolve: {
    alias: [
      {
        find: /^@lit\/reactive-element\/decorators\/custom-element\.js$/,
        replacement: path.join(import.meta.dirname, 'embed/define-once.ts'),
      },
      {
        find: '../locales/loaders.ts',
        replacement: path.join(import.meta.dirname, 'embed/locale-loaders.ts'),
      },
    ],
  },
  build: {
    outDir: '../dist/site/embed',
    emptyOutDir: true,
    target: browsers,
    sourcemap: 'hidden',
    // Without `import` and `export`, so that it runs as a classic script, too.
    lib: {
      entry,
      formats: ['iife'],
      name: 'coutureWidgets',
      fileName: () => 'couture-widgets.js',
    },
    // One file: a page of another origin loads a single URL, and a second one only for languages beside English and German.
    rolldownOptions: { output: { codeSplitting: false, minify: true } },
  },
  plugins: [usedMessages(entry), shortStyles(), ownRem(), moduleOfPackage, compressed()],
});
