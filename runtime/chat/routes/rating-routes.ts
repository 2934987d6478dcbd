// GET and POST /api/chat-sessions/:id/rating: what a shopper says about a chat that has ended.
import { type RatingRow, readRating, writeRating } from '../../../sql/store/chat/ratings.ts';
import { chatRatingRoutes as routes, type WireRating } from '../../contract/chat-rating.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Bind } from '../../handler.ts';
import { seeChat, unknownChat } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';

export function ratingRoutes(bind: Bind, parts: RouteParts): void {
  const { pool } = parts;
  bind(routes.read, async ({ params, principal, ctx }) => {
    await seeChat(parts, ctx, principal, params.id);
    const rating = await readRating(pool, params.id);
    return { rating: rating ? wireRating(rating) : null };
  });
  bind(routes.write, async ({ params, principal, ctx, body }) => {
    const { side, session } = await seeChat(parts, ctx, principal, params.id);
    // Agents read ratings and never write them.
    if (side !== 'shopper') throw unknownChat(params.id);
    const { score, comment = null } = body;
    const rating = await writeRating(pool, params.id, { score, comment });
    if (rating) {
      parts.onMoved({ session_id: params.id, last_seq: 0 });
      return wireRating(rating);
    }
    throw session.state === 'resolved' || session.state === 'closed'
      ? new CoutureError('chat_state', 'The rating is older than a day', 'It can no longer be changed.')
      : new CoutureError(
          'chat_state',
          `The chat is ${session.state}`,
          'Rate it once it is resolved or has ended.',
        );
  });
}

function wireRating({ score, comment, rated_at, changeable_until }: RatingRow): WireRating {
  return {
    score,
    comment,
    rated_at: rated_at.toISOString(),
    changeable_until: changeable_until.toISOString(),
  };
}
