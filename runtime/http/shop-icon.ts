// The shop's own icon in place of the built ones: in tabs, the installed app, notifications and link previews.
import { readFileSync } from 'node:fs';
import { CoutureError } from '../core/errors.ts';
import type { Binding } from './bind.ts';

const paths = ['/icons/:name', '/favicon.ico', '/favicon.svg', '/apple-touch-icon.png'];
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Pixels; browsers install no app without an icon of this size. */
const minSize = 512;

/** @throws CoutureError if the file cannot be read or is not a square PNG of at least 512 pixels */
export function shopIcon({ router }: Binding, file: string): void {
  const picture = readIcon(file);
  for (const path of paths)
    router.get(path, (ctx) => {
      ctx.set('Cache-Control', 'public, max-age=3600');
      ctx.type = 'image/png';
      ctx.body = picture;
    });
}

function readIcon(file: string): Buffer {
  let picture: Buffer;
  try {
    picture = readFileSync(file);
  } catch (error) {
    throw new CoutureError(
      'file_unreadable',
      `Cannot read the icon ${file}: ${(error as Error).message}`,
      'Set --icon (COUTURE_ICON) to the path of a PNG, or leave it out.',
      { cause: error },
    );
  }
  // Width and height are the first fields of the first chunk (PNG, 11.2.1).
  const isPng = picture.length > 24 && picture.subarray(0, 8).equals(signature);
  const [width, height] = isPng ? [picture.readUInt32BE(16), picture.readUInt32BE(20)] : [0, 0];
  if (isPng && width === height && width >= minSize) return picture;
  throw new CoutureError(
    'bad_option',
    `The icon ${file} is ${isPng ? `a PNG of ${width} × ${height} pixels` : 'no PNG'}`,
    `Set --icon (COUTURE_ICON) to a square PNG of at least ${minSize} pixels.`,
  );
}
