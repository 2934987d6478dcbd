// Labels of the push topics.
import { msg } from '@lit/localize';
import type { WirePushTopic } from '../../runtime/contract/push.ts';

export function topicWords(topic: WirePushTopic): string {
  switch (topic) {
    case 'orders':
      return msg('My orders and chats');
    case 'prices':
      return msg('Price drops on my watchlist');
    case 'stock':
      return msg('Watchlist items back in stock');
    case 'news':
      return msg('Shop news');
    case 'bag':
      return msg('Items left in my bag, which the shop stores for this');
  }
}
