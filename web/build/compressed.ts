// A step of the build: beside each text file its gzip and brotli form, made once and well, which the runtime sends.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const texts = /\.(js|css|html|svg|json|webmanifest)$/;
/** Bytes below which no packet is saved. */
const least = 1_000;

export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'couture-compressed',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      // After the service worker, which is built when the bundle is closed.
      handler() {
        for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
          // Both are written into, per page or per shop: they are compressed as it is sent.
          if (!texts.test(name) || name === 'index.html' || name === 'console.html') continue;
          const file = path.join(folder, name);
          const text = readFileSync(file);
          if (text.length < least) continue;
          writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
          writeFileSync(
            `${file}.br`,
            brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
          );
        }
      },
    },
  };
}
