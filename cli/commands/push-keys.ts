// `couture push keys`: the pair that push services know the shop by. Its private half is never printed.
import { CoutureError } from '../../runtime/core/errors.ts';
import { addPair, keyFile, readKeys, requireKeys } from '../../runtime/push/vapid-keys.ts';
import { requireMigrated } from '../../sql/migrate.ts';
import { openClient } from '../../sql/pool.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { count } from '../terminal/figures.ts';

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
  settings: ['home'],
  help: `Browsers subscribe anew with the new key when their people next open the shop; until then the old pair is used for them.
Rotate once more when "couture push keys show" says that nobody is left with the old pair: only two are kept.`,
  run: async ({ config, terminal }: CommandContext) => {
    if (requireKeys(config).file === undefined) {
      throw new CoutureError(
        'bad_option',
        'The key pair is in the environment (VAPID_PUBLIC_KEY)',
        'Put it into the file, or set a new pair there and keep the old one in the key file.',
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
  run: async ({ config, terminal, release, database }: CommandContext) => {
    const { pairs, contact, file } = requireKeys(config);
    const client = await openClient(await database(), { applicationName: 'couture push keys' });
    release.defer('the connection', () => client.end());
    await requireMigrated(client);
    const { rows } = await client.query<{ key_id: string; n: number }>(
      'select key_id, count(*)::int as n from couture.push_subscription group by key_id',
    );
    const of = (id: string) => rows.find((row) => row.key_id === id)?.n ?? 0;
    const keys = pairs.map(({ id, publicKey }) => ({ id, public_key: publicKey, subscriptions: of(id) }));
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
