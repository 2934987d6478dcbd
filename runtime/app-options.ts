// What the runtime's application is built from.
import type { DemoLogin } from './auth/demo-login.ts';
import type { IsRevoked } from './auth/revocations.ts';
import type { VerifyToken } from './auth/verify-token.ts';
import type { Log } from './core/log.ts';
import type { Config } from './core/options.ts';
import type { VapidKeys } from './push/vapid-keys.ts';
import type { ShopIdentity } from './shop/shop-identity.ts';
import type { Storefront } from './shop/storefront.ts';

/** `draining`: /readyz returns 503, other requests work as usual. `closing`: each response ends its connection. */
export type Phase = 'serving' | 'draining' | 'closing';

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly storefront: Storefront;
  readonly databaseUrl: string;
  readonly verify: VerifyToken;
  readonly isRevoked: IsRevoked;
  /** Ends the session of a token in every process. */
  readonly signOut: (tokenHash: string) => Promise<void>;
  readonly identity: ShopIdentity;
  /** In the demo of the sample shop: signs the tokens of its sign-in page. */
  readonly demoLogin: DemoLogin | undefined;
  /** Undefined disables push messages. */
  readonly pushKeys: VapidKeys | undefined;
  /** Folder of the built front end, by default the package's. */
  readonly site?: string | undefined;
  /** The current phase of shutdown. */
  readonly phase: () => Phase;
}
