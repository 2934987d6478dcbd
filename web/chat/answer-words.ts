// The words of self-service answers: names of topics, and why a question was not answered.
import { msg, str } from '@lit/localize';
import type { AnswerTopic } from '../../runtime/contract/shop-answer.ts';
import { ApiError, OfflineError } from '../api/api-error.ts';
import { formatCount } from '../state/locale.ts';

/** A topic as the shopper asks for it. */
export function topicWords(topic: AnswerTopic): string {
  switch (topic) {
    case 'order':
      return msg('Where is my order?');
    case 'return':
      return msg('Can I return it?');
    case 'stock':
      return msg('Is it in stock in my size?');
    case 'similar':
      return msg('Is there something similar?');
    case 'hours':
      return msg('When are you open?');
  }
}

/** Why there is no answer. */
export function noAnswerWords(error: unknown): string {
  if (error instanceof OfflineError) return msg('You’re offline. Try again when you’re back online.');
  if (!(error instanceof ApiError)) return msg('Something went wrong. Try again.');
  switch (error.code) {
    case 'order_unknown':
      return msg(
        'We can’t find an order with this number and email address. Check both against your order confirmation.',
      );
    case 'product_unknown':
      return msg('We can’t find this product.');
    case 'too_many_requests': {
      const minutes = Math.ceil(Number(error.problem.retry_in ?? 60) / 60);
      return minutes > 1
        ? msg(str`Too many attempts. Try again in ${formatCount(minutes)} minutes, or ask us in a chat.`)
        : msg('Too many attempts. Try again in a minute, or ask us in a chat.');
    }
    case 'bad_request':
      return msg('Check what you entered.');
    default:
      return msg('Something went wrong. Try again.');
  }
}
