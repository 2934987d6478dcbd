// Combinations of settings under which a stranger could pass for a customer, or decide what shoppers see.
import { CoutureError } from './core/errors.ts';
import type { Config } from './core/options.ts';

export type SafetySettings = Pick<
  Config,
  'jwksUrl' | 'jwtAudience' | 'jwtAnyAudience' | 'jwksHttp' | 'login' | 'trustProxy' | 'publicUrl'
>;

export interface UnsafeSetting {
  readonly message: string;
  readonly hint: string;
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** What is unsafe in these settings; empty if nothing is. */
export function unsafeSettings(config: SafetySettings): UnsafeSetting[] {
  const found: UnsafeSetting[] = [];
  const keys = config.jwksUrl === undefined ? undefined : new URL(config.jwksUrl);
  if (keys?.protocol === 'http:' && !loopback.test(keys.hostname) && !config.jwksHttp)
    found.push({
      message: 'COUTURE_JWKS_URL is not https: anyone who controls the network could sign in as any user',
      hint: 'Use https, or set COUTURE_JWKS_HTTP=1 if the network between couture and the login is your own.',
    });
  // Saleor signs for one shop alone and names no audience.
  if (keys && !config.jwtAudience && !config.jwtAnyAudience && config.login !== 'saleor')
    found.push({
      message:
        'COUTURE_JWKS_URL is set without COUTURE_JWT_AUDIENCE: tokens that the login issued for other applications would be accepted',
      hint: 'Set COUTURE_JWT_AUDIENCE to the claim "aud" of the shop’s tokens, or COUTURE_JWT_ANY_AUDIENCE=1 if the login serves this shop alone.',
    });
  if (config.trustProxy > 0 && !config.publicUrl)
    found.push({
      message:
        'COUTURE_TRUST_PROXY is set without COUTURE_PUBLIC_URL: a client’s X-Forwarded-Host would get into pages, sitemaps and shared caches',
      hint: 'Set COUTURE_PUBLIC_URL to the URL by which shoppers reach couture, such as https://shop.example.',
    });
  return found;
}

/** @throws CoutureError `bad_option` for the first unsafe setting */
export function requireSafeSettings(config: SafetySettings): void {
  const [first] = unsafeSettings(config);
  if (first) throw new CoutureError('bad_option', first.message, first.hint);
}
