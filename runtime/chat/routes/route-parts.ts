// What the chat routes depend on; chat.ts creates it once per process.
import type { CartLine, SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { ChatReader } from '../../auth/audit.ts';
import type { OwnOrder } from '../../contract/order.ts';
import type { ListedProduct, ProductCard, WireId } from '../../contract/product.ts';
import type { SharedBudget } from '../../work/shared-budget.ts';
import type { AgentNudges } from '../agent-nudges.ts';
import type { BusinessHours } from '../business-hours.ts';
import type { ChatLimits } from '../chat-limits.ts';
import type { Messages } from '../delivery/messages.ts';
import type { ReadMarks } from '../delivery/read-marks.ts';
import type { ShopperContexts } from '../delivery/shopper-contexts.ts';
import type { WireMessages } from '../delivery/wire-messages.ts';
import type { ListFacts } from '../delivery/wire-sessions.ts';
import type { Invites } from '../invites.ts';
import type { Presence } from '../presence.ts';
import type { ConsoleLeases } from '../queues/console-leases.ts';
import type { OpenTeams } from '../queues/open-teams.ts';
import type { AccessParts } from './chat-access.ts';

/** What chat needs of the shop. api-routes.ts passes it in, since chat and http do not import each other. */
export interface ShopOfChat {
  /** The id in the shop's own form; undefined if it cannot be a product id. */
  productId(text: string): string | undefined;
  /** Current product cards; unknown products are left out. */
  products(ids: readonly string[]): Promise<ReadonlyMap<string, ProductCard>>;
  customerId(id: string): WireId;
  /** A customer's name and e-mail address, as far as the shop knows them. */
  contact(
    customerId: string,
  ): Promise<{ readonly name?: string | undefined; readonly email?: string | undefined }>;
  /** A customer's newest orders. */
  orders(customerId: string, limit: number): Promise<OwnOrder[]>;
  /** Recommendations for the cart, or for the customer if it is empty. */
  recommend(customerId: string | undefined, cart: readonly string[]): Promise<ListedProduct[]>;
}

export interface RouteParts extends AccessParts {
  readonly shop: ShopOfChat;
  readonly hours: BusinessHours;
  readonly limits: ChatLimits;
  /** Bytes of files in memory, on their way in or out. */
  readonly files: SharedBudget;
  readonly messages: Messages;
  readonly marks: ReadMarks;
  readonly contexts: ShopperContexts;
  readonly presence: Presence;
  readonly wire: WireMessages;
  readonly facts: ListFacts;
  readonly nudges: AgentNudges;
  readonly leases: ConsoleLeases;
  readonly openTeams: OpenTeams;
  readonly invites: Invites;
  /** Called when an agent reads messages or files of a chat. */
  readonly onRead: (reader: ChatReader, sessionId: string) => void;
  /** Notifies subscribers after a chat's state changed or a note was added. */
  readonly onMoved: (session: Pick<SessionRow, 'session_id' | 'last_seq'>) => void;
}

/** The cart with product ids in the shop's own form; lines whose id cannot be a product id are left out. */
export function knownCart({ shop }: Pick<RouteParts, 'shop'>, cart: readonly CartLine[]): CartLine[] {
  return cart.flatMap(({ product_id, quantity }) => {
    const id = shop.productId(product_id);
    return id === undefined ? [] : [{ product_id: id, quantity }];
  });
}
