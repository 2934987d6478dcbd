// A build step: writes a brotli file beside each text file, at the highest level, for the runtime to send.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const texts = /\.(js|css|html|svg|json|webmanifest)$/;
/**
 * Bytes below which a file beside each would only take room in the package: of scripts, which the runtime then sends with gzip,
 * brotli saves a few hundred bytes; of others, compression saves one packet at most.
 */
const least = { scripts: 9_000, others: 3_000 };
/** Gzip will do for what nobody waits for: agents load the console once a day, at a desk, and browsers load workers beside the page. */
const unhurried = /^assets.console\.element-|^service-worker\.js$|^embed.couture-push-worker\.js$/;

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
      // Runs after the service worker, which is built when the bundle is closed.
      handler() {
        for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
          // The runtime fills in both per page or shop, and compresses them when it sends them.
          if (!texts.test(name) || name === 'index.html' || name === 'console.html') continue;
          if (unhurried.test(name)) continue;
          const file = path.join(folder, name);
          const text = readFileSync(file);
          if (text.length < (/^assets.*\.js$/.test(name) ? least.scripts : least.others)) continue;
          writeFileSync(
            `${file}.br`,
            brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
          );
        }
      },
    },
  };
}
