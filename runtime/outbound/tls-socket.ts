// A TLS connection to an address that was checked, which offers HTTP/2 and HTTP/1.1; and an agent that first uses a
// connection that is open already.
import type { AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { within } from './deadline.ts';
import type { PinnedAddress } from './public-address.ts';

/** A resolver that knows one address, so that no second lookup can lead elsewhere. */
export function lookupOf({ address, family }: PinnedAddress): LookupFunction {
  return (_, options, callback) =>
    options.all ? callback(null, [{ address, family }]) : callback(null, address, family);
}

/** @throws a network error, or the error of `late` when the handshake takes longer than `deadline` milliseconds */
export async function tlsSocket(
  url: URL,
  { address, ca, deadline }: { address: PinnedAddress; ca: string | undefined; deadline: number },
): Promise<TLSSocket> {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const socket = connect({
    host,
    port: Number(url.port || 443),
    lookup: lookupOf(address),
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
  });
  const secured = new Promise<TLSSocket>((resolve, reject) => {
    socket.once('secureConnect', () => {
      // The next owner listens for errors itself.
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed during its handshake')));
  });
  return within(deadline, secured, () => socket.destroy());
}

export class OpenedAgent extends HttpsAgent {
  #opened: TLSSocket | undefined;

  /** @param opened a connection to the only origin that the agent is used for */
  constructor(options: AgentOptions & { readonly ca?: string }, opened: TLSSocket | undefined) {
    super(options);
    this.#opened = opened;
  }

  override createConnection(...args: Parameters<HttpsAgent['createConnection']>) {
    const opened = this.#opened;
    this.#opened = undefined;
    return opened && !opened.destroyed && opened.writable ? opened : super.createConnection(...args);
  }

  override destroy(): void {
    this.#opened?.destroy();
    super.destroy();
  }
}
