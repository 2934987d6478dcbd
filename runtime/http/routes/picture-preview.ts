// A drawing of the sample shop → PNG for link previews: messengers and social networks show no SVG.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Path of a drawing on this server, also below a base path; its first group is all but the extension. */
const drawing = /^((?:\/[^/]+)*\/pictures\/\d{1,18})\.svg$/;

/** Whether the npm package that draws is installed; npm leaves it out with --omit=optional. */
const canDraw = (() => {
  try {
    createRequire(import.meta.url).resolve('@resvg/resvg-wasm');
    return true;
  } catch {
    return false;
  }
})();

/** Path of a drawing → path of its preview; undefined for other pictures, or if previews cannot be drawn here. */
export function previewOf(picture: string): string | undefined {
  const [, path] = drawing.exec(picture) ?? [];
  return canDraw && path !== undefined ? `${path}.png` : undefined;
}

let last: Promise<unknown> = Promise.resolve();
let worker: Worker | undefined;
/** Settles the drawing that the thread is at. */
let drawn: (png?: Uint8Array) => void = () => {};

/**
 * Draws one preview at a time, on a thread of its own: 0.15 s of a core each.
 * @param svg a drawing with a viewBox of 400 × 500
 * @param start starts the thread, for tests
 * @returns PNG of 840 × 440, 30–150 KB; undefined if it cannot be drawn here
 */
export async function drawPreview(svg: string, start = startThread): Promise<Uint8Array | undefined> {
  if (!canDraw) return undefined;
  const drawing = last.then(() => draw(onWideWall(svg), start));
  last = drawing;
  return drawing;
}

function startThread(): Worker {
  return new Worker(new URL('./preview-worker.js', import.meta.url));
}

async function draw(svg: string, start: () => Worker): Promise<Uint8Array | undefined> {
  try {
    worker ??= watched(start());
    worker.ref();
    worker.postMessage(svg);
    return await new Promise((resolve) => (drawn = resolve));
  } catch {
    // A limit of threads; the next drawing tries again.
    return undefined;
  } finally {
    // An idle thread does not keep the process running.
    worker?.unref();
  }
}

/** A thread that ended is replaced for the next drawing: what it drew is no drawing of the sample shop. */
function watched(thread: Worker): Worker {
  const ended = () => {
    // The exit after an error comes when the next thread may have started.
    if (worker !== thread) return;
    worker = undefined;
    drawn();
  };
  return thread
    .on('message', (png: Uint8Array) => drawn(png))
    .on('error', ended)
    .on('exit', ended);
}

/** Pixels; 1.91 to 1 is what previews are cropped to. */
const width = 840;
const height = 440;

/** The drawing in the middle; the wall, rail and floor behind its subject go on to both sides. */
function onWideWall(svg: string): string {
  const own = (height * 400) / 500;
  const left = (width - own) / 2;
  const bands = svg.match(/<path d="M0 [\d.]+H400[^"]*"[^>]*>/g) ?? [];
  const wall = bands.map((band) =>
    band
      // A floor that rises to the right goes on at its angle.
      .replace('V330L0 420z', 'V262.5L-300 487.5z')
      .replace('M0 ', 'M-300 ')
      .replace('H400', 'H700')
      .replace('H0z', 'H-300z'),
  );
  const middle = svg.replace(/^<svg /, `<svg x="${left}" width="${own}" height="${height}" `);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g transform="translate(${left} 0) scale(${height / 500})">${wall.join('')}</g>${middle}</svg>`;
}
