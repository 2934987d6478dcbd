// The settings of push messages: keys, and the hosts that they go to.
import { z } from 'zod';
import { flag, type OptionRow } from './quantities.ts';

const base64url = (bytes: number, what: string) =>
  z.string().refine((text) => /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes, what);
const publicKey = base64url(65, 'expected 65 bytes in base64url, as "couture push keys generate" makes them');
const privateKey = base64url(
  32,
  'expected 32 bytes in base64url, as "couture push keys generate" makes them',
);

/** Hosts in lower case, each with a port where it is not 443. */
const hostList = z.union([z.string(), z.array(z.string())]).transform((value, context): string[] => {
  const hosts = (Array.isArray(value) ? value : value.split(',')).map((host) => host.trim()).filter(Boolean);
  for (const host of hosts) {
    if (/^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(host)) continue;
    context.addIssue({
      code: 'custom',
      message: `expected hosts such as push.example or *.push.example:8443, got ${JSON.stringify(host)}`,
    });
    return z.NEVER;
  }
  return hosts;
});

export const pushOptions = {
  vapidPublicKey: {
    env: 'VAPID_PUBLIC_KEY',
    value: '<key>',
    schema: publicKey.optional(),
    affects: 'nothing',
    doc: 'public key that browsers subscribe with; unset: that of the key file, if there is one',
  },
  vapidPrivateKey: {
    env: 'VAPID_PRIVATE_KEY',
    value: '<key>',
    schema: privateKey.optional(),
    affects: 'nothing',
    secret: true,
    doc: 'its private key, which push services know the shop by',
  },
  vapidClaimEmail: {
    env: 'VAPID_CLAIM_EMAIL',
    value: '<address>',
    schema: z
      .string()
      .regex(/^(?:mailto:)?[^\s@]+@[^\s@]+\.[^\s@]+$/, 'expected an e-mail address')
      .optional(),
    affects: 'nothing',
    doc: 'whom push services write to when something is wrong',
  },
  pushHosts: {
    env: 'COUTURE_PUSH_HOSTS',
    value: '<hosts>',
    schema: hostList,
    default: '',
    affects: 'nothing',
    doc: 'push services beside those of Google, Mozilla, Apple and Microsoft: host, *.host, host:port',
  },
  pushPrivate: {
    env: 'COUTURE_PUSH_PRIVATE',
    schema: flag,
    default: false,
    affects: 'nothing',
    doc: 'let the hosts of push-hosts have addresses of the own network',
  },
} as const satisfies Record<string, OptionRow>;
