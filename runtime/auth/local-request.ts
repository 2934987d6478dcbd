// Whether a request comes directly from a browser on this machine.
import type { IncomingMessage } from 'node:http';

/** Headers that proxies and tunnels add. */
const forwarding = /^(?:forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;
const loopbackAddress = /^(?:127\.|::1$|::ffff:127\.)/;
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * True for a connection from a loopback address, with a loopback Host and not forwarded by a proxy. The Host check stops
 * DNS rebinding: a page of another site whose name resolves to 127.0.0.1 sends its own host.
 */
export function isLocalRequest({ socket, headers }: IncomingMessage): boolean {
  return (
    loopbackAddress.test(socket.remoteAddress ?? '') &&
    loopbackHost.test(headers.host ?? '') &&
    !Object.keys(headers).some((name) => forwarding.test(name))
  );
}
