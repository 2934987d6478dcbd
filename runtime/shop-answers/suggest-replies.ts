// Suggested replies beside a chat: what its shopper has written, the page and the verified customer → answers for the agent to
// insert, edit and send. Nothing is sent by itself.

import type { Locale } from '../contract/shop.ts';
import type { AnswerTopic, SuggestedReply } from '../contract/shop-answer.ts';
import { languageOf, namedIn, topicsOf } from './question-words.ts';
import type { ShopAnswers } from './shop-answers.ts';

export interface ChatToAnswer {
  /** What the shopper has written since the last reply, oldest first. */
  readonly texts: readonly string[];
  /** What the shopper wrote in the whole chat, for its language. */
  readonly all: readonly string[];
  readonly page: string | null;
  /** Products in the shopper's cart. */
  readonly cart: readonly string[];
  /** Undefined unless the shopper is signed in: the orders of nobody else are read. */
  readonly customerId: string | undefined;
}

export interface Suggestions {
  readonly suggestions: readonly SuggestedReply[];
  readonly not_verified: readonly AnswerTopic[];
}

const maxSuggestions = 4;

export async function suggestReplies(answers: ShopAnswers, chat: ChatToAnswer): Promise<Suggestions> {
  if (chat.texts.length === 0) return { suggestions: [], not_verified: [] };
  const language = languageOf(chat.all) ?? answers.language;
  const asked = topicsOf(chat.texts).filter((topic) => answers.topics.includes(topic));
  const product = await subjectOf(answers, chat);
  // What fits the situation when nothing was asked: the page, or the newest order.
  const fitting: AnswerTopic[] = [
    ...(product === undefined ? [] : (['stock'] as const)),
    ...(chat.customerId === undefined ? [] : (['order'] as const)),
  ];
  const suggestions: SuggestedReply[] = [];
  for (const topic of new Set([...asked, ...fitting])) {
    const found = await suggestion(answers, topic, { chat, product, language });
    if (found) suggestions.push({ topic, asked: asked.includes(topic), ...found });
    if (suggestions.length === maxSuggestions) break;
  }
  const not_verified = chat.customerId === undefined ? asked.filter((topic) => topic === 'order') : [];
  return { suggestions, not_verified };
}

/** The product that the chat is about: that of the page, or the only one in the cart. */
async function subjectOf(answers: ShopAnswers, { page, cart }: ChatToAnswer): Promise<string | undefined> {
  const ofPage = page === null ? undefined : await answers.product({ page });
  return ofPage ?? (cart.length === 1 ? cart[0] : undefined);
}

async function suggestion(
  answers: ShopAnswers,
  topic: AnswerTopic,
  { chat, product, language }: { chat: ChatToAnswer; product: string | undefined; language: Locale },
): Promise<Pick<SuggestedReply, 'text' | 'about'> | undefined> {
  const orders = async () =>
    chat.customerId === undefined ? [] : (await answers.ordersOf(chat.customerId)).slice(0, 1);
  switch (topic) {
    case 'order': {
      const own = await orders();
      if (own.length === 0) return undefined;
      return { text: (await answers.orders(own, language)).text, about: own[0]!.number };
    }
    case 'return': {
      const own = await orders();
      const answer = await answers.returns(own, language);
      return answer && { text: answer.text, about: own[0]?.number ?? null };
    }
    case 'stock': {
      const whole = product === undefined ? undefined : await answers.stock(product, language);
      if (!whole) return undefined;
      const sizes = whole.variants.flatMap(({ size }) => size ?? []);
      const wanted = namedIn(chat.texts, sizes);
      const answer = wanted === undefined ? whole : await answers.stock(product!, language, wanted);
      return answer && { text: answer.text, about: answer.product.name };
    }
    case 'similar': {
      const answer = product === undefined ? undefined : await answers.similar(product, language);
      return answer && { text: answer.text, about: answer.product.name };
    }
    case 'hours':
      return { text: answers.hours(language).text, about: null };
  }
}
