// One GET of a URL that somebody else chose, such as a picture in a supplier's feed: to a public address, which is resolved and
// checked once, and without following redirects.
import { lookup as resolveHost } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublic } from './public-address.ts';

export interface PublicGetOptions {
  readonly signal: AbortSignal;
  /** Whether the operator named this host, so that its address may be private. */
  readonly anywhere: boolean;
}

/**
 * The caller reads the body, or destroys the answer; the signal ends both.
 * @throws an error of the network, or that the address is not public
 */
export function publicGet(url: URL, { signal, anywhere }: PublicGetOptions): Promise<IncomingMessage> {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  // Node looks addresses up only if they are names.
  if (!anywhere && isIP(host) && !isPublic(host)) return Promise.reject(notPublic(host));
  return new Promise((resolve, reject) => {
    const { get } = url.protocol === 'https:' ? https : http;
    get(url, { signal, agent: false, ...(anywhere ? {} : { lookup: publicLookup }) })
      .on('error', reject)
      .on('response', resolve)
      // After a switch of protocols that nobody asked for (101), Node closes the connection without an error.
      .on('close', () => reject(new Error('the connection was closed without an answer')));
  });
}

/** The connection goes to an address that was checked. A host with any address that is not public is refused. */
const publicLookup: LookupFunction = (host, options, callback) => {
  resolveHost(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first || !addresses.every(({ address }) => isPublic(address)))
      callback(error ?? notPublic(host), '', 4);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function notPublic(host: string): Error {
  return new Error(`${host} has no public address`);
}
