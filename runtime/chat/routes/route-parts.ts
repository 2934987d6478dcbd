// What the routes of chats work with; made once a process by chat.ts.
import type { CartLine, SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { OwnOrder } from '../../contract/order.ts';
import type { ListedProduct, ProductCard, WireId } from '../../contract/product.ts';
import type { BusinessHours } from '../business-hours.ts';
import type { ChatLimits } from '../chat-limits.ts';
import type { Messages } from '../delivery/messages.ts';
import type { ReadMarks } from '../delivery/read-marks.ts';
import type { ShopperContexts } from '../delivery/shopper-contexts.ts';
import type { WireMessages } from '../delivery/wire-messages.ts';
import type { Presence } from '../presence.ts';
import type { AccessParts } from './chat-access.ts';

/** What chats need of the shop; app.ts passes it, since chat and http do not know each other. */
export interface ShopOfChat {
  /** The id as the shop writes it; undefined where it can be none. */
  productId(text: string): string | undefined;
  /** Products as they are now; those that the shop has not are left out. */
  products(ids: readonly string[]): Promise<ReadonlyMap<string, ProductCard>>;
  customerId(id: string): WireId;
  /** A customer's newest orders. */
  orders(customerId: string, limit: number): Promise<OwnOrder[]>;
  /** What may fit: to the cart, else to the customer. */
  recommend(customerId: string | undefined, cart: readonly string[]): Promise<ListedProduct[]>;
}

export interface RouteParts extends AccessParts {
  readonly shop: ShopOfChat;
  readonly hours: BusinessHours;
  readonly limits: ChatLimits;
  readonly messages: Messages;
  readonly marks: ReadMarks;
  readonly contexts: ShopperContexts;
  readonly presence: Presence;
  readonly wire: WireMessages;
  /** A step was taken with a chat, or a note written: tells those who look on. */
  readonly onMoved: (session: Pick<SessionRow, 'session_id' | 'last_seq'>) => void;
}

/** The cart's products in the shop's own writing; what can be none of them is left out. */
export function knownCart({ shop }: Pick<RouteParts, 'shop'>, cart: readonly CartLine[]): CartLine[] {
  return cart.flatMap(({ product_id, quantity }) => {
    const id = shop.productId(product_id);
    return id === undefined ? [] : [{ product_id: id, quantity }];
  });
}
