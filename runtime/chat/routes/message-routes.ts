// /api/chat-messages… and attachments: the content of a chat, for its participants only.
import type { Context } from 'koa';
import { findAttachment } from '../../../sql/store/chat/attachments.ts';
import { messagesAfter } from '../../../sql/store/chat/messages.ts';
import { chatMessageRoutes as routes } from '../../contract/chat-session.ts';
import { attachmentBytes } from '../../contract/chat-values.ts';
import { CoutureError } from '../../core/errors.ts';
import { Answer, type Asked, type Bind } from '../../handler.ts';
import { wireAttachment } from '../delivery/wire-messages.ts';
import { serveFile } from '../files/serve-file.ts';
import { storeFile } from '../files/store-file.ts';
import { requireSent, requireWithinLimit, type SeenChat, seeChat, senderOf } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';
import { chatStateError } from './session-routes.ts';

export function messageRoutes(bind: Bind, parts: RouteParts): void {
  const { pool, wire } = parts;
  bind(routes.list, async ({ query, principal, ctx }) => {
    const { session_id: sessionId, after, limit } = query;
    recordRead(parts, ctx, await seeChat(parts, ctx, principal, sessionId));
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
    const seen = await seeChat(parts, ctx, principal, params.id);
    const { side } = seen;
    recordRead(parts, ctx, seen);
    const facts = await findAttachment(pool, params.id, params.attachment_id, side);
    if (!facts) throw noAttachment();
    const content = await serveFile(ctx, parts, facts);
    if (content === null) return;
    if (!content) throw noAttachment();
    return content;
  });
}

function recordRead(parts: RouteParts, ctx: Context, { session, side, person }: SeenChat): void {
  if (side !== 'staff') return;
  parts.onRead({ sub: person.principal!.sub, address: parts.addressOf(ctx) }, session.session_id);
}

function noAttachment(): CoutureError {
  return new CoutureError('not_found', 'No such attachment');
}

async function upload(
  parts: RouteParts,
  { params, headers, principal, file: read, ctx }: Asked<typeof routes.upload>,
): Promise<unknown> {
  const seen = await seeChat(parts, ctx, principal, params.id);
  if (seen.session.state === 'closed') throw chatStateError(seen.session);
  const sender = senderOf(seen, parts.addressOf(ctx));
  const bytes = Math.min(ctx.request.length ?? attachmentBytes, attachmentBytes);
  requireWithinLimit(parts.limits.upload(sender.person, sender.address, bytes), 'uploads');
  return parts.files.run(sender.address, bytes, async () => {
    const file = await storeFile(parts.pool, {
      sessionId: seen.session.session_id,
      side: seen.side,
      uploader: sender.person,
      name: headers['file-name'],
      content: await read(),
    });
    if (!file) throw new CoutureError('attachment_refused', 'The chat is closed or has too many attachments');
    return wireAttachment(seen.session.session_id, file);
  });
}
