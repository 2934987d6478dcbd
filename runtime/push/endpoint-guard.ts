// Decides whether an endpoint may be requested. A stranger chose this URL: it must be https, name a push service on the
// list, and resolve to a public address. Checked when a subscription is saved, and again when a message is sent.
import { isIP } from 'node:net';
import { CoutureError } from '../core/errors.ts';
import { outboundUrl } from '../outbound/outbound-url.ts';
import { type PinnedAddress, pinnedAddress } from '../outbound/public-address.ts';

export interface PushNetwork {
  /** Push services besides the known ones: `host` or `*.host`, followed by `:port` unless it is 443. */
  readonly hosts: readonly string[];
  /** Whether entries of `hosts` may resolve to private addresses. */
  readonly allowPrivate: boolean;
  /** Whether to speak HTTP/2 with push services that do. Default: true. */
  readonly http2?: boolean;
  /** Trusted certificates in PEM, in place of the built-in ones; NODE_EXTRA_CA_CERTS adds to those from outside. */
  readonly ca?: string;
  /** Resolves a host to its addresses. Default: the system's resolver. */
  readonly lookup?: (
    host: string,
  ) => Promise<ReadonlyArray<{ readonly address: string; readonly family: number }>>;
}

/** Push services of the browsers: Chromium-based browsers, Firefox, Safari, Edge. */
export const knownHosts: readonly string[] = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  'updates.push.services.mozilla.com',
  '*.push.services.mozilla.com',
  'web.push.apple.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];

/** An endpoint whose URL is allowed; `requireAddress` checks where it leads. */
export interface Endpoint {
  readonly url: URL;
  /** Whether the operator listed its host in COUTURE_PUSH_HOSTS. */
  readonly isOwn: boolean;
}

/**
 * Parses an endpoint and checks its URL.
 * @throws CoutureError `endpoint_refused`, with the reason but without the endpoint itself
 */
export function requireEndpoint(text: string, network: Pick<PushNetwork, 'hosts'>): Endpoint {
  const url = outboundUrl(text, { refused });
  if (matches(url.host, network.hosts)) return { url, isOwn: true };
  if (url.port) throw refused('its port is not 443');
  if (isIP(url.hostname.replaceAll(/[[\]]/g, ''))) throw refused('its host is an IP address');
  if (!matches(url.host, knownHosts)) throw refused('its host is not a known push service');
  return { url, isOwn: false };
}

/**
 * Resolves the endpoint's host once. The caller must connect to the returned address, so that a second lookup cannot lead
 * elsewhere.
 * @throws CoutureError `endpoint_refused` when any of its addresses is not public
 */
export async function requireAddress(
  { url, isOwn }: Endpoint,
  { allowPrivate, lookup }: PushNetwork,
): Promise<PinnedAddress> {
  return pinnedAddress(url, { allowPrivate: isOwn && allowPrivate, lookup, refused });
}

function matches(host: string, list: readonly string[]): boolean {
  return list.some((entry) =>
    // A star stands for one or more labels followed by a dot, so `evilnotify.windows.com` doesn't match.
    entry.startsWith('*.') ? host.endsWith(entry.slice(1)) && host.length > entry.length - 1 : host === entry,
  );
}

function refused(why: string): CoutureError {
  return new CoutureError(
    'endpoint_refused',
    `Push endpoint refused: ${why}`,
    'Subscribe with the browser’s own push service, or list another one in COUTURE_PUSH_HOSTS.',
  );
}
