// /api/chat-messages… and attachments: the content of a chat, for its participants only.
import type { Context } from 'koa';
import { addAttachment, readAttachment } from '../../../sql/store/chat/attachments.ts';
import { messagesAfter } from '../../../sql/store/chat/messages.ts';
import { chatMessageRoutes as routes } from '../../contract/chat-session.ts';
import { CoutureError } from '../../core/errors.ts';
import { Answer, type Asked, type Bind } from '../../handler.ts';
import { wireAttachment } from '../delivery/wire-messages.ts';
import { dispositionOf, fileName, typeOfFile } from './attachment-file.ts';
import { requireSent, requireWithinLimit, seeChat, senderOf } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';
import { chatStateError } from './session-routes.ts';

export function messageRoutes(bind: Bind, parts: RouteParts): void {
  const { pool, wire } = parts;
  bind(routes.list, async ({ query, principal, ctx }) => {
    await seeChat(parts, ctx, principal, query.session_id);
    const { session_id: sessionId, after, limit } = query;
    const rows = await messagesAfter(pool, [{ sessionId, after }], limit + 1);
    return { messages: await wire.of(rows.slice(0, limit)), more: rows.length > limit };
  });
  bind(routes.send, async ({ body, principal, ctx }) => {
    const seen = await seeChat(parts, ctx, principal, body.session_id);
    const sender = senderOf(seen, parts.addressOf(ctx));
    const sent = requireSent(
      await parts.messages.send(body.session_id, sender, body.message),
      body.session_id,
    );
    const [row] = await messagesAfter(pool, [{ sessionId: body.session_id, after: sent.seq - 1 }], 1);
    const [message] = await wire.of(row ? [row] : []);
    return new Answer(sent.outcome === 'stored' ? 201 : 200, message);
  });
  bind(routes.read, async ({ params, principal, ctx }) => {
    const [sessionId, seq] = [params.id.slice(0, 36), Number(params.id.slice(37))];
    const { side } = await seeChat(parts, ctx, principal, sessionId);
    // People mark only their own side, and marks never decrease.
    parts.marks.raise(sessionId, side, seq);
  });
  bind(routes.upload, (asked) => upload(parts, asked));
  bind(routes.download, async ({ params, principal, ctx }) => {
    const { side } = await seeChat(parts, ctx, principal, params.id);
    const file = await readAttachment(pool, params.id, params.attachment_id, side);
    if (!file) throw new CoutureError('not_found', 'No such attachment');
    sendFile(ctx, file.type, dispositionOf(file.type, file.attachment_id));
    return file.content;
  });
}

async function upload(
  parts: RouteParts,
  { params, headers, principal, file: read, ctx }: Asked<typeof routes.upload>,
): Promise<unknown> {
  const seen = await seeChat(parts, ctx, principal, params.id);
  if (seen.session.state === 'closed') throw chatStateError(seen.session);
  const sender = senderOf(seen, parts.addressOf(ctx));
  requireWithinLimit(parts.limits.upload(sender.person), 'uploads');
  const content = await read();
  const type = typeOfFile(content);
  if (!type) {
    throw new CoutureError(
      'attachment_refused',
      'Unsupported file type: the content is not PNG, JPEG, GIF, WebP or PDF',
      'Send a picture or a PDF.',
    );
  }
  const file = await addAttachment(parts.pool, {
    sessionId: params.id,
    side: seen.side,
    uploader: sender.person,
    type,
    name: fileName(headers['file-name'], type),
    content,
  });
  if (!file) throw new CoutureError('attachment_refused', 'The chat is closed or has too many attachments');
  return wireAttachment(params.id, file);
}

/** Sets headers that keep browsers from running anything the file contains. */
function sendFile(ctx: Context, type: string, disposition: string): void {
  ctx.set('Content-Disposition', disposition);
  ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.type = type;
}
