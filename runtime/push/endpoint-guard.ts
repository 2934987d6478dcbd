// Decides whether an endpoint may be requested. A stranger chose this URL: it must be https, name a push service on the
// list, and resolve to a public address. Checked when a subscription is saved, and again when a message is sent.
import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { CoutureError } from '../core/errors.ts';

export interface PushNetwork {
  /** Push services besides the known ones: `host` or `*.host`, followed by `:port` unless it is 443. */
  readonly hosts: readonly string[];
  /** Whether entries of `hosts` may resolve to private addresses. */
  readonly allowPrivate: boolean;
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

/** Maximum length in characters; endpoints of the known push services stay below 1,000. */
export const maxEndpointLength = 2_048;

/** Address ranges that are not public (RFC 6890), with the IPv6 ranges that embed an IPv4 address. */
const notPublic = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv4');
/** In IPv6, only global unicast is public. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv6');

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
  if (text.length > maxEndpointLength) throw refused(`it is longer than ${maxEndpointLength} characters`);
  // URL drops tabs, line breaks and spaces, and reads backslashes as slashes: refuse a text that relies on that.
  if (!/^https:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(text) || !URL.canParse(text))
    throw refused('it is not an https URL');
  const url = new URL(text);
  if (url.username || url.password || /^https:\/\/[^/?#]*@/.test(text))
    throw refused('it contains a user name');
  if (url.hash) throw refused('it has a fragment');
  // The host must be spelled as URL would print it: numeric forms of addresses, other scripts and percent-encoding all
  // change when parsed.
  const [, written] = /^https:\/\/([^/?#]*)/.exec(text)!;
  if (written !== url.host) throw refused('its host is not in its normal form');
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
  { allowPrivate, lookup = resolve }: PushNetwork,
): Promise<{ address: string; family: 4 | 6 }> {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host);
  const [first] = addresses;
  if (!first) throw refused('its host has no address');
  if (!(isOwn && allowPrivate) && !addresses.every(({ address }) => isPublic(address)))
    throw refused('its host has an address that is not public');
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic.check(address, 'ipv4');
    case 6:
      return global6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
    default:
      return false;
  }
}

function matches(host: string, list: readonly string[]): boolean {
  return list.some((entry) =>
    // A star stands for one or more labels followed by a dot, so `evilnotify.windows.com` doesn't match.
    entry.startsWith('*.') ? host.endsWith(entry.slice(1)) && host.length > entry.length - 1 : host === entry,
  );
}

function resolve(host: string) {
  return systemLookup(host, { all: true });
}

function refused(why: string): CoutureError {
  return new CoutureError(
    'endpoint_refused',
    `Push endpoint refused: ${why}`,
    'Subscribe with the browser’s own push service, or list another one in COUTURE_PUSH_HOSTS.',
  );
}
