// What push messages are of, in words.
import { msg } from '@lit/localize';
import type { WirePushTopic } from '../../runtime/contract/push.ts';

export function topicWords(topic: WirePushTopic): string {
  switch (topic) {
    case 'orders':
      return msg('My orders and chats');
    case 'prices':
      return msg('Lower prices on my watch list');
    case 'stock':
      return msg('What I watch is back in stock');
    case 'news':
      return msg('News from the shop');
  }
}
