// Resolves a host once, to an address that is public; the caller connects to that address, so that a second lookup cannot lead
// elsewhere.
import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export interface AddressRules {
  /** Whether the address may be private. */
  readonly allowPrivate: boolean;
  /** Resolves a host to its addresses. Default: the system's resolver. */
  readonly lookup?:
    | ((host: string) => Promise<ReadonlyArray<{ readonly address: string; readonly family: number }>>)
    | undefined;
  /** Makes the error from the reason. */
  readonly refused: (why: string) => Error;
}

export interface PinnedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** @throws the error of `refused` when the host has no address, or any that is not public; the error of the resolver */
export async function pinnedAddress(
  url: URL,
  { allowPrivate, lookup = resolve, refused }: AddressRules,
): Promise<PinnedAddress> {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host);
  const [first] = addresses;
  if (!first) throw refused('its host has no address');
  if (!allowPrivate && !addresses.every(({ address }) => isPublic(address)))
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

function resolve(host: string) {
  return systemLookup(host, { all: true });
}
