// What the page provides to its elements through @lit/context.
import { createContext } from '@lit/context';
import type { Client } from '../api/client.ts';
import type { Push } from '../push/push.ts';
import type { Cart } from './cart.ts';
import type { Network } from './network.ts';
import type { OrderAttempts } from './order-attempts.ts';
import type { Session } from './session.ts';
import type { WatchList } from './watch-list.ts';

export const clientContext = createContext<Client>(Symbol('couture-client'));
export const cartContext = createContext<Cart>(Symbol('couture-cart'));
export const orderAttemptsContext = createContext<OrderAttempts>(Symbol('couture-order-attempts'));
export const sessionContext = createContext<Session>(Symbol('couture-session'));
export const watchListContext = createContext<WatchList>(Symbol('couture-watch-list'));
export const networkContext = createContext<Network>(Symbol('couture-network'));
export const pushContext = createContext<Push>(Symbol('couture-push'));
