// Detects the type of an uploaded file by its first bytes, and sanitizes its name. The type that the client declares is
// ignored: SVG and HTML can carry scripts under any name.
import type { attachmentTypes } from '../../contract/chat-values.ts';
import { firstPart } from '../../contract/text.ts';

export type AttachmentType = (typeof attachmentTypes)[number];

const endings: Record<AttachmentType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

/** Undefined if the type is not accepted. */
export function typeOfFile(content: Buffer): AttachmentType | undefined {
  const begins = (bytes: string, at = 0) =>
    content.subarray(at, at + bytes.length).equals(Buffer.from(bytes, 'latin1'));
  // Including the header chunk with which every PNG begins.
  if (begins('\x89PNG\r\n\x1a\n') && begins('IHDR', 12)) return 'image/png';
  if (begins('\xff\xd8\xff') && content.length > 64) return 'image/jpeg';
  if (begins('GIF87a') || begins('GIF89a')) return 'image/gif';
  if (begins('RIFF') && begins('WEBP', 8)) return 'image/webp';
  if (begins('%PDF-1.') || begins('%PDF-2.')) return 'application/pdf';
  return undefined;
}

/** The name to show: one line, without a path, with the extension of the detected type. */
export function fileName(given: string | undefined, type: AttachmentType): string {
  const ending = endings[type];
  const plain = decoded(given ?? '')
    .replaceAll(/[\p{C}"<>:|?*%]/gu, '')
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.[^.]*$/, '')
    .replace(/^[.\s]+/, '')
    .trim();
  return `${firstPart(plain, 80) || 'file'}.${ending}`;
}

/** Pictures are shown in the page; documents are downloaded, under a name that the uploader cannot choose. */
export function dispositionOf(type: string, attachmentId: string): string {
  if (type.startsWith('image/')) return 'inline';
  return `attachment; filename="${attachmentId}.${endings[type as AttachmentType] ?? 'bin'}"`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
