// Accepts an uploaded file by its first bytes, and sanitizes its name. The type that the client declares is
// ignored: SVG and HTML can carry scripts under any name.
import type { attachmentTypes } from '../../contract/chat-values.ts';
import { kindOfFile } from '../../contract/file-kind.ts';
import { firstPart } from '../../contract/text.ts';
import { CoutureError } from '../../core/errors.ts';
import { pictureSize } from './picture-size.ts';

/** Text is not accepted from senders: a long e-mail becomes such a file. */
export type AttachmentType = (typeof attachmentTypes)[number] | 'text/plain';

const endings: Record<AttachmentType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
};

/** Why a file of another kind is refused, and what to send instead. */
const refusals: Readonly<Record<string, readonly [string, string]>> = {
  empty: ['The file is empty', 'Choose another file.'],
  heic: ['HEIC pictures are not accepted', 'Send it as JPEG, PNG, GIF, WebP or PDF.'],
  avif: ['AVIF pictures are not accepted', 'Send it as JPEG, PNG, GIF, WebP or PDF.'],
  pixels: ['The picture has more than 100 million pixels', 'Send a smaller one.'],
  parts: ['The picture has too many parts', 'Save it again with another program.'],
  svg: ['SVG drawings are not accepted, because they can contain scripts', 'Send it as PNG or PDF.'],
};

/** More than any camera takes. A file of 30 KB can declare billions of pixels, and showing it would need gigabytes. */
const maxPixels = 100_000_000;

/** @throws CoutureError `attachment_refused` if the content is of no accepted type; its member `kind` says what arrived */
export function acceptedType(content: Buffer): AttachmentType {
  const kind = kindOfFile(content);
  if (kind === undefined || !Object.hasOwn(endings, kind)) throw refusedFile(kind);
  const { width, height } = pictureSize(content) ?? { width: 0, height: 0 };
  if (width * height > maxPixels) throw refusedFile('pixels');
  return kind as AttachmentType;
}

/** @param kind what arrived, as in `refusals` */
export function refusedFile(kind?: string): CoutureError {
  const [what, then] = refusals[kind ?? ''] ?? [
    'Unsupported file type: the content is not PNG, JPEG, GIF, WebP or PDF',
    'Send a picture or a PDF.',
  ];
  return new CoutureError('attachment_refused', what, then, { details: { kind: kind ?? 'other' } });
}

/** Names of devices in Windows, which cannot be names of files there. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/** The name to show: one line, without a path, with the extension of the detected type. */
export function fileName(given: string | undefined, type: AttachmentType): string {
  const ending = endings[type];
  const plain = decoded(given ?? '')
    .normalize('NFC')
    .replaceAll(/[\p{C}"<>:|?*%]/gu, '')
    .split(/[\\/]/)
    .at(-1)!
    .replaceAll(/\s+/g, ' ')
    .replace(/\.[\p{L}\p{N}]{1,10}$/u, '')
    .replace(/^[.\s]+/, '');
  const named = firstPart(plain, 80).replace(/[.\s]+$/, '') || 'file';
  return `${reserved.test(named) ? '_' : ''}${named}.${ending}`;
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
