// Worker thread: encrypts batches of messages. [p256dh, auth, payload, …] → the bodies one after the other, and their lengths.
import { parentPort } from 'node:worker_threads';
import { encryptFor } from './encryption.ts';

export interface EncryptedBatch {
  readonly bytes: ArrayBuffer;
  /** One per message; 0: the keys of its browser are invalid. */
  readonly lengths: readonly number[];
}

parentPort!.on('message', (parts: readonly string[]) => {
  const bodies: Buffer[] = [];
  for (let at = 0; at < parts.length; at += 3)
    bodies.push(bodyOf(parts[at]!, parts[at + 1]!, parts[at + 2]!));
  const lengths = bodies.map(({ length }) => length);
  const bytes = new ArrayBuffer(lengths.reduce((sum, length) => sum + length, 0));
  const whole = Buffer.from(bytes);
  let end = 0;
  for (const body of bodies) end += body.copy(whole, end);
  parentPort!.postMessage({ bytes, lengths } satisfies EncryptedBatch, [bytes]);
});

function bodyOf(p256dh: string, auth: string, payload: string): Buffer {
  try {
    return encryptFor({ p256dh, auth }, payload);
  } catch {
    return Buffer.alloc(0);
  }
}
