// GET and POST /api/chat-answers: answers from the shop's own data for shoppers, before a chat starts.
import type { Context } from 'koa';
import type { OrderFacts } from '../../../sql/store/shop/order-facts.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Locale } from '../../contract/shop.ts';
import { type AskedAnswer, shopAnswerRoutes as routes, type ShopAnswer } from '../../contract/shop-answer.ts';
import { CoutureError } from '../../core/errors.ts';
import type { GuestOrders } from '../../shop-answers/guest-orders.ts';
import type { ShopAnswers } from '../../shop-answers/shop-answers.ts';
import { addressGroup } from '../address-group.ts';
import { type Binding, bind } from '../bind.ts';
import { pageLanguage } from '../first-paint/page-language.ts';

export interface AnswerParts {
  readonly answers: ShopAnswers;
  readonly guestOrders: GuestOrders;
  /** The shop's language, if it has one. */
  readonly locale: Locale | undefined;
}

export function shopAnswers(binding: Binding, parts: AnswerParts): void {
  const { answers, guestOrders, locale } = parts;
  bind(binding, routes.offered, async () => ({
    topics: answers.topics,
    guest_orders: await guestOrders.offered(),
  }));
  bind(binding, routes.ask, async ({ body, principal, ctx }) => {
    // Answers are for one person, and about now.
    ctx.set('Cache-Control', 'no-store');
    return answerTo(parts, body, principal, body.language ?? pageLanguage(ctx, locale).lang, ctx);
  });
}

async function answerTo(
  parts: AnswerParts,
  asked: AskedAnswer,
  principal: Principal | undefined,
  language: Locale,
  ctx: Context,
): Promise<ShopAnswer> {
  const { answers } = parts;
  switch (asked.topic) {
    case 'order':
      return answers.orders(await ordersOf(parts, asked, principal, ctx), language);
    case 'return': {
      // The rules are for anyone; dates of orders only for their customer.
      const isGeneral = asked.order_number === undefined && principal?.customerId === undefined;
      const orders = isGeneral ? [] : await ordersOf(parts, asked, principal, ctx);
      const answer = await answers.returns(orders, language);
      if (answer) return answer;
      throw new CoutureError('not_found', 'This shop has no answer about returns', 'Start a chat.');
    }
    case 'hours':
      return answers.hours(language);
    default: {
      const id = await answers.product({
        ...(asked.product_id === undefined ? {} : { id: asked.product_id }),
        ...(asked.page === undefined ? {} : { page: asked.page }),
      });
      const answer =
        id === undefined
          ? undefined
          : asked.topic === 'stock'
            ? await answers.stock(id, language, asked.size || undefined)
            : await answers.similar(id, language);
      if (answer) return answer;
      throw new CoutureError('product_unknown', 'The shop has no such product', 'Send product_id or page.');
    }
  }
}

/** The order of this number and e-mail address, or the newest orders of the signed-in customer. */
async function ordersOf(
  { answers, guestOrders }: AnswerParts,
  asked: Extract<AskedAnswer, { topic: 'order' | 'return' }>,
  principal: Principal | undefined,
  ctx: Context,
): Promise<readonly OrderFacts[]> {
  const { order_number: number, email } = asked;
  if (number !== undefined && email !== undefined)
    return [await guestOrders.find({ number, email, address: addressGroup(ctx.ip) })];
  if (number !== undefined || email !== undefined)
    throw new CoutureError('bad_request', 'An order is looked up by order_number and email together');
  if (principal?.customerId !== undefined) return answers.ordersOf(principal.customerId);
  throw new CoutureError(
    'not_signed_in',
    'Orders are shown to their customer',
    'Sign in, or send order_number and email.',
  );
}
