// Whether an endpoint may be written to. It is a URL that a stranger chose: https to a push service on the list, at a
// public address, and nothing else. Looked at when it is saved, and again when something is sent.
import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { CoutureError } from '../core/errors.ts';

export interface PushNetwork {
  /** Push services beside the known ones: `host`, `*.host`, each with `:port` where it is not 443. */
  readonly hosts: readonly string[];
  /** Whether hosts of `hosts` may have addresses of the own network. */
  readonly allowPrivate: boolean;
  /** Certificates that are trusted beside the system's, in PEM; NODE_EXTRA_CA_CERTS does the same from outside. */
  readonly ca?: string;
  /** Addresses of a host; the system's resolver where nothing is said. */
  readonly lookup?: (
    host: string,
  ) => Promise<ReadonlyArray<{ readonly address: string; readonly family: number }>>;
}

/** Push services of the browsers: Chrome and its kin, Firefox, Safari, Edge. */
export const knownHosts: readonly string[] = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  'updates.push.services.mozilla.com',
  '*.push.services.mozilla.com',
  'web.push.apple.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];

/** Characters; push services' own are below 1,000. */
export const longestEndpoint = 2_048;

/** Address ranges that no push service on the internet has (RFC 6890, and what is carried inside of IPv6 addresses). */
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
/** Of IPv6, only global unicast is public at all. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv6');

/** An endpoint that may be written to, once its address is known. */
export interface Endpoint {
  readonly url: URL;
  /** Whether the operator named its host. */
  readonly isOwn: boolean;
}

/**
 * Looks at an endpoint's text.
 * @throws CoutureError `endpoint_refused`, which says why without the endpoint itself
 */
export function requireEndpoint(text: string, network: Pick<PushNetwork, 'hosts'>): Endpoint {
  if (text.length > longestEndpoint) throw refused(`it has more than ${longestEndpoint} characters`);
  // URL drops tabs, line breaks and blanks, and takes backslashes for slashes: what needs that is no endpoint.
  if (!/^https:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(text) || !URL.canParse(text))
    throw refused('it is no https URL');
  const url = new URL(text);
  if (url.username || url.password || /^https:\/\/[^/?#]*@/.test(text)) throw refused('it names a user');
  if (url.hash) throw refused('it has a fragment');
  // As it is written: numeric forms of addresses, other scripts and marks are all different after parsing.
  const [, written] = /^https:\/\/([^/?#]*)/.exec(text)!;
  if (written !== url.host) throw refused('its host is not written plainly');
  if (matches(url.host, network.hosts)) return { url, isOwn: true };
  if (url.port) throw refused('its port is not 443');
  if (isIP(url.hostname.replaceAll(/[[\]]/g, ''))) throw refused('its host is an address');
  if (!matches(url.host, knownHosts)) throw refused('its host is no push service that is known here');
  return { url, isOwn: false };
}

/**
 * Resolves the endpoint's host once; what is sent goes to this very address.
 * @throws CoutureError `endpoint_refused` where any of its addresses is not public
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
    // A star is one name or more, ended by a dot: `evil-googleapis.com` ends like none of them.
    entry.startsWith('*.') ? host.endsWith(entry.slice(1)) && host.length > entry.length - 1 : host === entry,
  );
}

function resolve(host: string) {
  return systemLookup(host, { all: true });
}

function refused(why: string): CoutureError {
  return new CoutureError(
    'endpoint_refused',
    `The endpoint is refused: ${why}`,
    'Subscribe with the browser’s own push service; others are named in COUTURE_PUSH_HOSTS.',
  );
}
