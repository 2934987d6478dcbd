// VAPID key pairs (RFC 8292): the one that browsers subscribe with, and during a rotation the one before. They come from
// the environment, or from a file that only its owner may read. Private keys are never printed.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CoutureError } from '../core/errors.ts';
import type { Config } from '../core/options.ts';

export interface KeyPair {
  /** First characters of the public key's hash: what subscriptions remember. */
  readonly id: string;
  /** Both in base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface VapidKeys {
  /** New subscriptions are made with the first; others count until their subscriptions are gone. */
  readonly pairs: readonly [KeyPair, ...KeyPair[]];
  /** `mailto:` address that push services write to. */
  readonly contact: string;
  /** Where they are kept; undefined: in the environment. */
  readonly file: string | undefined;
}

type KeySettings = Pick<Config, 'home' | 'vapidPublicKey' | 'vapidPrivateKey' | 'vapidClaimEmail'>;

/** Some address has to be named; push services write to none that does not exist. */
const nobody = 'push@couture.example';
const mostPairs = 2;

const fileSchema = z.object({
  keys: z
    .array(
      z.object({ public_key: z.string().regex(/^[\w-]{87}$/), private_key: z.string().regex(/^[\w-]{43}$/) }),
    )
    .min(1),
});

export function keyFile({ home }: Pick<Config, 'home'>): string {
  return path.resolve(home, 'vapid.json');
}

/**
 * The pairs that are set; undefined: there are none.
 * @throws CoutureError `bad_option` where half a pair is set, or a file that others may read
 */
export function readKeys(config: KeySettings): VapidKeys | undefined {
  const contact = `mailto:${(config.vapidClaimEmail ?? nobody).replace(/^mailto:/, '')}`;
  const { vapidPublicKey, vapidPrivateKey } = config;
  if (Boolean(vapidPublicKey) !== Boolean(vapidPrivateKey)) {
    throw new CoutureError(
      'bad_option',
      'Of VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY one is set and the other is not',
      'Set both, or neither to use the key file.',
    );
  }
  const file = keyFile(config);
  const kept = readFile(file);
  if (vapidPublicKey && vapidPrivateKey) {
    const own = pairOf(vapidPublicKey, vapidPrivateKey);
    return { pairs: [own, ...kept.filter(({ id }) => id !== own.id)], contact, file: undefined };
  }
  const [first, ...others] = kept;
  return first && { pairs: [first, ...others], contact, file };
}

/** @throws CoutureError `push_unconfigured` where there are none */
export function requireKeys(config: KeySettings): VapidKeys {
  const keys = readKeys(config);
  if (keys) return keys;
  throw new CoutureError(
    'push_unconfigured',
    'There is no VAPID key pair',
    'Run "couture push keys generate", or set VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY.',
  );
}

/** Makes a pair and puts it first in the file; the one before stays, so that its subscriptions can still be written to. */
export function addPair(config: Pick<Config, 'home'>): KeyPair {
  const file = keyFile(config);
  const pair = newPair();
  writeFile(file, [pair, ...readFile(file)].slice(0, mostPairs));
  return pair;
}

/** Those of the demo are made when it first serves. */
export function ensurePair(config: KeySettings): VapidKeys {
  if (!readKeys(config)) addPair(config);
  return requireKeys(config);
}

function newPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d, x, y } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  return pairOf(point.toString('base64url'), d!);
}

function pairOf(publicKey: string, privateKey: string): KeyPair {
  const id = createHash('sha256').update(publicKey).digest('base64url').slice(0, 8);
  return { id, publicKey, privateKey };
}

function readFile(file: string): KeyPair[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CoutureError('file_unreadable', `The key file ${file} cannot be read`, 'Run it as its owner.', {
      cause: error,
    });
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new CoutureError(
      'bad_option',
      `The key file ${file} can be read by others`,
      `Whoever has the private key can write to all subscribers: chmod 600 ${file}, and rotate it if others may have read it.`,
    );
  }
  const parsed = fileSchema.safeParse(safeJson(text));
  if (!parsed.success) {
    throw new CoutureError(
      'bad_option',
      `The key file ${file} is none`,
      'Restore it, or remove it and generate keys anew.',
    );
  }
  return parsed.data.keys.map(({ public_key, private_key }) => pairOf(public_key, private_key));
}

function writeFile(file: string, pairs: readonly KeyPair[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const keys = pairs.map(({ publicKey, privateKey }) => ({ public_key: publicKey, private_key: privateKey }));
  const made = `${file}.${process.pid}`;
  writeFileSync(made, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(made, 0o600);
  renameSync(made, file);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
