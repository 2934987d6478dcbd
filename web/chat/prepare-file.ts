// A chosen file → the file to upload. Formats that only this browser can show, such as the HEIC photos of iPhones, become
// JPEG; what the server would refuse is refused here, with its own reason.
import { attachmentBytes } from '../../runtime/contract/chat-values.ts';
import { type FileKind, kindBytes, kindOfFile } from '../../runtime/contract/file-kind.ts';

/** Maximum width and height of a converted picture, and its JPEG quality. */
const maxSide = 4_096;
const quality = 0.9;

export class FileRefused extends Error {
  readonly kind: FileKind | 'too large' | 'unreadable' | 'other';

  constructor(kind: FileRefused['kind']) {
    super(`refused: ${kind}`);
    this.kind = kind;
  }
}

/** @throws FileRefused */
export async function preparedFile(file: File): Promise<File> {
  const kind = await read(file);
  if (kind === 'heic' || kind === 'avif') return withinLimit(await asJpeg(file, kind));
  if (kind === undefined || kind === 'empty' || kind === 'svg') throw new FileRefused(kind ?? 'other');
  return withinLimit(file);
}

async function read(file: File): Promise<FileKind | undefined> {
  // macOS drops folders as files without content and type.
  if (file.size === 0 && file.type === '' && !file.name.includes('.')) throw new FileRefused('unreadable');
  try {
    return kindOfFile(new Uint8Array(await file.slice(0, kindBytes).arrayBuffer()));
  } catch {
    // The file is gone, or a folder.
    throw new FileRefused('unreadable');
  }
}

function withinLimit(file: File): File {
  if (file.size > attachmentBytes) throw new FileRefused('too large');
  return file;
}

async function asJpeg(file: File, kind: 'heic' | 'avif'): Promise<File> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height].map((side) =>
      Math.round(side * scale),
    ) as [number, number];
    canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (blob) return new File([blob], file.name.replace(/\.\w+$/, '.jpg'), { type: blob.type });
  } catch {
    // This browser cannot decode it.
  }
  throw new FileRefused(kind);
}
