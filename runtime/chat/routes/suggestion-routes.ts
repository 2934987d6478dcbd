// GET /api/chat-sessions/:id/suggestions: replies from the shop's data for the agent of a chat.
import { latestMessages } from '../../../sql/store/chat/messages.ts';
import { readSession } from '../../../sql/store/chat/sessions.ts';
import { shopAnswerRoutes as routes } from '../../contract/shop-answer.ts';
import type { Bind } from '../../handler.ts';
import type { ShopAnswers } from '../../shop-answers/shop-answers.ts';
import { suggestReplies } from '../../shop-answers/suggest-replies.ts';
import { isVerified } from '../delivery/wire-sessions.ts';
import { unknownChat } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';

/** Messages that are read to find the question. */
const maxRead = 30;

export function suggestionRoutes(
  bind: Bind,
  { pool, shop }: Pick<RouteParts, 'pool' | 'shop'>,
  answers: ShopAnswers,
): void {
  bind(routes.suggest, async ({ params }) => {
    const session = await readSession(pool, params.id);
    if (!session) throw unknownChat(params.id);
    const messages = await latestMessages(pool, params.id, maxRead);
    const written = (rows: typeof messages) =>
      rows.filter(({ side, kind }) => side === 'shopper' && kind === 'text').map(({ body }) => body);
    const answered = messages.findLastIndex(({ side }) => side === 'staff');
    const isNew = answered < 0 && session.subject !== null;
    return suggestReplies(answers, {
      texts: [...(isNew ? [session.subject] : []), ...written(messages.slice(answered + 1))],
      all: [...(session.subject === null ? [] : [session.subject]), ...written(messages)],
      page: session.current_page,
      cart: session.cart.flatMap(({ product_id }) => shop.productId(product_id) ?? []),
      customerId: isVerified(session) ? (session.customer_id ?? undefined) : undefined,
    });
  });
}
