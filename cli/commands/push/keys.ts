// `couture push keys`: the pair that push services know the shop by. Its private half is never printed.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { addPair, keyFile, readKeys, requireKeys } from '../../../runtime/push/vapid-keys.ts';
import { subscriptionsByKey } from '../../../sql/store/push/subscriptions.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { count } from '../../terminal/figures.ts';

/** With --json: {public_key, file}. */
export const pushKeysGenerate: CommandSpec = {
  usage: 'generate',
  summary: 'make a VAPID key pair, in a file that only its owner can read',
  settings: ['home'],
  run: async ({ config, terminal }: CommandContext) => {
    const known = readKeys(config);
    if (known) {
      throw new CoutureError(
        'bad_option',
        `There is a key pair already, in ${known.file ?? 'the environment'}`,
        'Subscriptions count for their pair alone: couture push keys rotate keeps the old one beside a new one.',
      );
    }
    made({ config, terminal });
  },
};

/** With --json: {public_key, file}. */
export const pushKeysRotate: CommandSpec = {
  usage: 'rotate',
  summary: 'make a new key pair; the one before counts on until its subscriptions have come over',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--force', 'drop the pair before the last though browsers still count on it')],
  help: `Browsers subscribe anew with the new key when their people next open the shop; until then the old pair is used for them.
Only two are kept: it is refused to rotate once more while browsers are left with the older one, unless --force.`,
  run: async (context: CommandContext, flags: Record<string, unknown>) => {
    const { config, terminal } = context;
    const { file, pairs } = requireKeys(config);
    if (file === undefined) {
      throw new CoutureError(
        'bad_option',
        'The key pair is in the environment (VAPID_PUBLIC_KEY)',
        'Put it into the file, or set a new pair there and keep the old one in the key file.',
      );
    }
    const [, older] = pairs;
    const left = older ? ((await browsersByKey(context)).get(older.id) ?? 0) : 0;
    if (left > 0 && flags.force !== true) {
      throw new CoutureError(
        'push_refused',
        `${count(left)} browsers still count on the pair before the last, which a rotation would drop`,
        'Wait until their people have opened the shop, or prune who does not come any more; --force drops it.',
      );
    }
    made({ config, terminal });
  },
};

/** With --json: {keys: [{id, public_key, subscriptions}], contact, file}. */
export const pushKeysShow: CommandSpec = {
  usage: 'show',
  summary: 'the public keys, and how many browsers have subscribed with each',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext) => {
    const { config, terminal } = context;
    const { pairs, contact, file } = requireKeys(config);
    const browsers = await browsersByKey(context);
    const keys = pairs.map(({ id, publicKey }) => ({
      id,
      public_key: publicKey,
      subscriptions: browsers.get(id) ?? 0,
    }));
    terminal.result({ keys, contact, file: file ?? null });
    terminal.table(
      [{ title: 'key' }, { title: 'public key' }, { title: 'browsers', align: 'right' }],
      keys.map(({ id, public_key, subscriptions }) => [id, public_key, count(subscriptions)]),
    );
    terminal.print(
      `The first is given to browsers. Push services write to ${contact}. Kept in ${file ?? 'the environment'}.`,
    );
  },
};

async function browsersByKey(context: CommandContext): Promise<Map<string, number>> {
  return subscriptionsByKey(await openPush(context, 'keys'));
}

function made({ config, terminal }: Pick<CommandContext, 'config' | 'terminal'>): void {
  const { publicKey } = addPair(config);
  const file = keyFile(config);
  terminal.result({ public_key: publicKey, file });
  terminal.print(`Public key: ${publicKey}`);
  terminal.print(
    `Both halves are in ${file} (mode 0600); keep it out of backups that others read, and out of git.`,
  );
  terminal.print(
    'Start "couture serve" anew, so that browsers are given it. Say whom push services write to: VAPID_CLAIM_EMAIL.',
  );
}
