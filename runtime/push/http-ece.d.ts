// Types of http_ece, as far as couture uses it: the encryption below web-push, which comes without types; tsconfig.json points
// to this file.

/** What is used of a pair on the curve P-256, as `crypto.createECDH` makes it. */
interface SenderPair {
  getPublicKey(): Buffer;
  computeSecret(publicKey: Buffer): Buffer;
}

interface Parameters {
  readonly version: 'aes128gcm';
  /** Public key of the receiver, and the secret that it shares with senders. */
  readonly dh: Buffer;
  readonly authSecret: Buffer;
  readonly privateKey: SenderPair;
}

/** Draws a salt and encrypts one message (RFC 8188). @throws Error for keys that are not on the curve */
export function encrypt(message: Buffer, parameters: Parameters): Buffer;
