// Answers a request with a file of a chat, so that browsers run nothing that it contains.
import type { Context } from 'koa';
import type { Pool } from '../../../sql/pool.ts';
import { type AttachmentFacts, readContent } from '../../../sql/store/chat/attachments.ts';
import type { SharedBudget } from '../../work/shared-budget.ts';
import { dispositionOf } from './attachment-file.ts';

export interface FileParts {
  readonly pool: Pool;
  /** Bytes of files in memory. */
  readonly files: SharedBudget;
  /** The address that limits count for. */
  readonly addressOf: (ctx: Context) => string;
}

/** @returns the content for the body; null if the client has gone, undefined if the file was removed meanwhile */
export async function serveFile(
  ctx: Context,
  { pool, files, addressOf }: FileParts,
  { attachment_id: id, type, bytes }: AttachmentFacts,
): Promise<Buffer | null | undefined> {
  // The file is in memory until the client has read it.
  const release = await files.take(addressOf(ctx), bytes);
  if (ctx.res.destroyed) {
    release();
    return null;
  }
  ctx.res.once('close', release);
  const content = await readContent(pool, id);
  if (!content) return undefined;
  ctx.set('Content-Disposition', dispositionOf(type, id));
  ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.type = type;
  return content;
}
