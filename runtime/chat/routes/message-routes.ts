// /api/chat-messages… and attachments: the content of a chat, for its participants only.
import type { Context } from 'koa';
import { addAttachment, findAttachment, readContent } from '../../../sql/store/chat/attachments.ts';
import { messagesAfter } from '../../../sql/store/chat/messages.ts';
import { chatMessageRoutes as routes } from '../../contract/chat-session.ts';
import { attachmentBytes } from '../../contract/chat-values.ts';
import { CoutureError } from '../../core/errors.ts';
import { Answer, type Asked, type Bind } from '../../handler.ts';
import { wireAttachment } from '../delivery/wire-messages.ts';
import { acceptedType, dispositionOf, fileName } from '../files/attachment-file.ts';
import { withoutMetadata } from '../files/strip-metadata.ts';
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
    // The file is in memory until the client has read it.
    const release = await parts.files.take(parts.addressOf(ctx), facts.bytes);
    if (ctx.res.destroyed) return release();
    ctx.res.once('close', release);
    const content = await readContent(pool, facts.attachment_id);
    if (!content) throw noAttachment();
    sendFile(ctx, facts.type, dispositionOf(facts.type, facts.attachment_id));
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
  return parts.files.run(sender.address, bytes, async () =>
    store(parts, seen, { content: await read(), name: headers['file-name'], uploader: sender.person }),
  );
}

interface ReceivedFile {
  readonly content: Buffer;
  readonly name: string | undefined;
  readonly uploader: string;
}

/** Stores a file of an accepted type, without its metadata. */
async function store(
  parts: RouteParts,
  { session, side }: SeenChat,
  { content, name, uploader }: ReceivedFile,
): Promise<unknown> {
  const type = acceptedType(content);
  const sessionId = session.session_id;
  const file = await addAttachment(parts.pool, {
    sessionId,
    side,
    uploader,
    type,
    name: fileName(name, type),
    content: withoutMetadata(content, type),
  });
  if (!file) throw new CoutureError('attachment_refused', 'The chat is closed or has too many attachments');
  return wireAttachment(sessionId, file);
}

/** Sets headers that keep browsers from running anything the file contains. */
function sendFile(ctx: Context, type: string, disposition: string): void {
  ctx.set('Content-Disposition', disposition);
  ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.type = type;
}
