// Makes this process trust the certificate of the local push service, as NODE_EXTRA_CA_CERTS does for a new process.
import tls from 'node:tls';

/** Connections that name no certificates of their own trust `certificate` only. @returns restores the usual ones */
export function trustHere(certificate: string): () => void {
  const { createSecureContext } = tls;
  tls.createSecureContext = (options) => createSecureContext({ ca: certificate, ...options });
  return () => {
    tls.createSecureContext = createSecureContext;
  };
}
