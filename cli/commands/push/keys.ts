// `couture push keys`: manages the VAPID key pair that identifies the shop. Private keys are never printed.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { addPair, keyFile, readKeys, requireKeys } from '../../../runtime/push/vapid-keys.ts';
import { subscriptionsByKey } from '../../../sql/store/push/subscriptions.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';
import { count } from '../../terminal/figures.ts';

/** With --json: {public_key, file}. */
export const pushKeysGenerate: CommandSpec = {
  usage: 'generate',
  summary: 'generate a VAPID key pair in a file that only its owner can read',
  settings: ['home'],
  run: async ({ config, terminal }: CommandContext) => {
    const known = readKeys(config);
    if (known) {
      throw new CoutureError(
        'bad_option',
        `A key pair already exists in ${known.file ?? 'the environment'}`,
        'Subscriptions are bound to their key pair. Use "couture push keys rotate" to add a new pair and keep the old one.',
      );
    }
    generateKeys({ config, terminal });
  },
};

/** With --json: {public_key, file}. */
export const pushKeysRotate: CommandSpec = {
  usage: 'rotate',
  summary:
    'generate a new VAPID key pair; the previous one stays valid until its subscriptions have migrated',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--force', 'drop the oldest pair even if browsers still use it')],
  help: `A browser subscribes again with the new key the next time its user opens the shop; until then couture signs its messages
with the old pair. Only two pairs are kept, so another rotation is refused while browsers still use the older pair;
--force drops it.`,
  run: async (context: CommandContext, flags: Record<string, unknown>) => {
    const { config, terminal } = context;
    const { file, pairs } = requireKeys(config);
    if (file === undefined) {
      throw new CoutureError(
        'bad_option',
        'The key pair is in the environment (VAPID_PUBLIC_KEY)',
        'Move it to the key file, or set a new pair in the environment and keep the old one in the key file.',
      );
    }
    const [, older] = pairs;
    const left = older ? ((await browsersByKey(context)).get(older.id) ?? 0) : 0;
    if (left > 0 && flags.force !== true) {
      throw new CoutureError(
        'push_refused',
        `${count(left)} browsers still use the oldest key pair, which a rotation would drop`,
        'Wait until their users have opened the shop, or run "couture push prune". Use --force to drop the pair anyway.',
      );
    }
    generateKeys({ config, terminal });
  },
};

/** With --json: {keys: [{id, public_key, subscriptions}], contact, file}. */
export const pushKeysShow: CommandSpec = {
  usage: 'show',
  summary: 'show the public keys and the number of browsers subscribed with each',
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
      `New subscriptions use the first key. Contact for push services: ${contact}. Stored in ${file ?? 'the environment'}.`,
    );
  },
};

async function browsersByKey(context: CommandContext): Promise<Map<string, number>> {
  return subscriptionsByKey(await openPush(context, 'keys'));
}

function generateKeys({ config, terminal }: Pick<CommandContext, 'config' | 'terminal'>): void {
  const { publicKey } = addPair(config);
  const file = keyFile(config);
  terminal.result({ public_key: publicKey, file });
  terminal.print(`Public key: ${publicKey}`);
  terminal.print(
    `The key pair is stored in ${file} (mode 0600). Keep the file out of git and shared backups.`,
  );
  terminal.print(
    'Restart "couture serve" to use the key. Set VAPID_CLAIM_EMAIL to the address that push services can contact.',
  );
}
