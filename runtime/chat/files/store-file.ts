// Stores a received file of a chat: of an accepted type by its content, without its metadata, under a clean name.
import type { Pool } from '../../../sql/pool.ts';
import { type AttachmentFacts, addAttachment } from '../../../sql/store/chat/attachments.ts';
import type { ChatSide } from '../../../sql/store/chat/messages.ts';
import { type AttachmentType, acceptedType, fileName, refusedFile } from './attachment-file.ts';
import { TooManyParts } from './first-parts.ts';
import { withoutMetadata } from './strip-metadata.ts';

export interface ReceivedFile {
  /** Given if the same file may arrive again: then it is stored once. */
  readonly id?: string;
  readonly sessionId: string;
  readonly side: ChatSide;
  readonly uploader: string;
  /** As the sender wrote it, percent-encoded. */
  readonly name: string | undefined;
  readonly content: Buffer;
  /** Given if the runtime wrote the file itself; otherwise the content decides. */
  readonly type?: 'text/plain';
}

/**
 * @returns undefined if the chat is closed or has too many attachments
 * @throws CoutureError `attachment_refused` if the type or the picture is not accepted
 */
export async function storeFile(pool: Pool, file: ReceivedFile): Promise<AttachmentFacts | undefined> {
  const type = file.type ?? acceptedType(file.content);
  return addAttachment(pool, {
    ...file,
    type,
    name: fileName(file.name, type),
    content: stripped(file.content, type),
  });
}

function stripped(content: Buffer, type: AttachmentType): Buffer {
  try {
    return withoutMetadata(content, type);
  } catch (error) {
    throw error instanceof TooManyParts ? refusedFile('parts') : error;
  }
}
