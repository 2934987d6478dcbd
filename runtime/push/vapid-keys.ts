// VAPID key pairs (RFC 8292): the one that browsers subscribe with and, during a rotation, the previous one. They come from
// the environment or from a file that only its owner can read. Private keys are never printed.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CoutureError } from '../core/errors.ts';
import type { Config } from '../core/options.ts';

export interface KeyPair {
  /** First characters of the public key's hash; stored with each subscription. */
  readonly id: string;
  /** Both in base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface VapidKeys {
  /** New subscriptions use the first pair; the others stay valid until their subscriptions are gone. */
  readonly pairs: readonly [KeyPair, ...KeyPair[]];
  /** `mailto:` address at which push services can contact the operator. */
  readonly contact: string;
  /** The key file; undefined when the pair comes from the environment. */
  readonly file: string | undefined;
}

type KeySettings = Pick<Config, 'home' | 'vapidPublicKey' | 'vapidPrivateKey' | 'vapidClaimEmail'>;

/** Contact when VAPID_CLAIM_EMAIL is not set: VAPID requires one. */
const placeholderContact = 'push@couture.example';
const maxPairs = 2;

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
 * Returns the configured pairs, or undefined when there are none.
 * @throws CoutureError `bad_option` when half a pair is set, or when the key file is invalid or readable by other users
 */
export function readKeys(config: KeySettings): VapidKeys | undefined {
  const contact = `mailto:${(config.vapidClaimEmail ?? placeholderContact).replace(/^mailto:/, '')}`;
  const { vapidPublicKey, vapidPrivateKey } = config;
  if (Boolean(vapidPublicKey) !== Boolean(vapidPrivateKey)) {
    throw new CoutureError(
      'bad_option',
      'Only one of VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY is set',
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

/** @throws CoutureError `push_unconfigured` when no pair is configured */
export function requireKeys(config: KeySettings): VapidKeys {
  const keys = readKeys(config);
  if (keys) return keys;
  throw new CoutureError(
    'push_unconfigured',
    'No VAPID key pair is configured',
    'Run "couture push keys generate", or set VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY.',
  );
}

/** Generates a pair and puts it first in the file; the previous one stays, so that its subscriptions can still be reached. */
export function addPair(config: Pick<Config, 'home'>): KeyPair {
  const file = keyFile(config);
  const pair = newPair();
  writeFile(file, [pair, ...readFile(file)].slice(0, maxPairs));
  return pair;
}

/** Returns the configured pairs, generating one if there is none: the demo does so when it first serves. */
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
    throw new CoutureError(
      'file_unreadable',
      `Cannot read the key file ${file}`,
      'Run couture as the owner of the file.',
      {
        cause: error,
      },
    );
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new CoutureError(
      'bad_option',
      `Other users can read the key file ${file}`,
      `Run "chmod 600 ${file}". The private key allows sending to all subscribers: rotate it if others may have read it.`,
    );
  }
  const parsed = fileSchema.safeParse(safeJson(text));
  if (!parsed.success) {
    throw new CoutureError(
      'bad_option',
      `The key file ${file} is invalid`,
      'Restore it, or remove it and run "couture push keys generate".',
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
