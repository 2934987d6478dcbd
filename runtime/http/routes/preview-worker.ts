// Worker thread: an SVG → PNG. WebAssembly rather than the native package, which ends the process if it cannot draw an SVG.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

await initWasm(await readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
parentPort!.on('message', (svg: string) => {
  const drawing = new Resvg(svg, { font: { loadSystemFonts: false } });
  const image = drawing.render();
  parentPort!.postMessage(image.asPng());
  image.free();
  drawing.free();
});
