// The kind of a file by its first bytes, for the server and the browser; without dependencies, so that the web bundles can
// include it.

/** Accepted types, and kinds that get words of their own when they are refused. */
export type FileKind =
  | 'image/png'
  | 'image/jpeg'
  | 'image/gif'
  | 'image/webp'
  | 'application/pdf'
  | 'heic'
  | 'avif'
  | 'svg'
  | 'empty';

/** Bytes from the start that `kindOfFile` reads. */
export const kindBytes = 512;

/** @returns undefined for any other kind */
export function kindOfFile(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return 'empty';
  const text = String.fromCharCode(...bytes.subarray(0, kindBytes));
  // Including the header chunk with which every PNG begins.
  if (text.startsWith('\x89PNG\r\n\x1a\n') && text.startsWith('IHDR', 12)) return 'image/png';
  if (text.startsWith('\xff\xd8\xff') && bytes.length > 64) return 'image/jpeg';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'image/webp';
  if (text.startsWith('%PDF-1.') || text.startsWith('%PDF-2.')) return 'application/pdf';
  // ISO base media: the brands are in the first box.
  if (text.startsWith('ftyp', 4)) {
    const brands = text.slice(8, 64);
    if (/avi[fos]/.test(brands)) return 'avif';
    if (/hei[cfxms]|hev[cxms]|mif1|msf1/.test(brands)) return 'heic';
  }
  return /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>/]/i.test(
    text,
  )
    ? 'svg'
    : undefined;
}
