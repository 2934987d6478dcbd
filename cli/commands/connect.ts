// `couture connect`: connects a shop's Postgres in one command.
import process from 'node:process';
import { CoutureError } from '../../runtime/core/errors.ts';
import { flagName, type OptionKey, optionRow } from '../../runtime/core/options.ts';
import { redactUrl } from '../../sql/errors.ts';
import { openClient } from '../../sql/pool.ts';
import { type PlatformName, platformNames } from '../../sql/source/platforms.ts';
import { type CommandContext, type CommandSpec, flag } from '../command.ts';
import { connectShop } from '../connect/connect.ts';
import { askUntil, type Conversation, silent, terminalConversation } from '../connect/conversation.ts';
import { connectSettings } from '../connect/settings.ts';
import { buildSettings } from './recs/build-settings.ts';

/** With --json: ConnectReport. */
export const connectCommand: CommandSpec<[string | undefined]> = {
  usage: 'connect [url]',
  summary: 'connect a shop’s Postgres: recognize, ask, check, build and show its lists',
  settings: [...new Set<OptionKey>([...connectSettings, ...buildSettings])],
  flags: [
    flag('--yes', 'ask nothing: take the flags, the settings and what the platform says'),
    flag('--continue', 'go on after the owner of the tables has run couture-setup.sql'),
    flag('--preset <name>', 'shop platform; without it, the platform is recognized by its tables').choices([
      ...platformNames,
    ]),
    flag('--schema <name>', 'schema of the shop’s orders, if several have a shop'),
    flag('--replace', 'overwrite source views that differ from the preset’s'),
    flag('--force', 'publish even if the quality gate rejects the build'),
    flag('--save-url', 'save the database URL in couture.config.json even with a password'),
  ],
  help: `Examples:
  couture connect postgresql://couture@localhost/shop
  couture connect --yes --shop-url https://shop.example --currency USD
  couture db init --print                  see the SQL of the views without running it

Answers are saved in couture.config.json; secrets are not. Running it again asks with the former answers, keeps what
fits, and prints what has changed. If this role may not create views, it writes couture-setup.sql for the owner of the
shop's tables; then run "couture connect --continue".
Exit codes: 0 connected, 1 the owner has to act or a check failed, 2 wrong use, 3 rejected by the quality gate.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>, url?: string): Promise<number> {
  const { terminal, config, loaded, release, signal } = context;
  const conversation = conversationOf(flags, signal);
  const databaseUrl = await urlOf(url, context, conversation);
  const sourceUrl = config.sourceUrl ?? databaseUrl;
  const client = await openClient(databaseUrl, { applicationName: 'couture connect' });
  release.defer('the connection', () => client.end());
  const report = await connectShop({
    client,
    databaseUrl,
    sourceUrl,
    directory: process.cwd(),
    loaded,
    conversation,
    terminal,
    signal,
    choices: {
      preset: flags.preset as PlatformName | undefined,
      schema: flags.schema as string | undefined,
      replace: flags.replace === true,
      force: flags.force === true,
      resume: flags.continue === true,
      saveUrl: flags.saveUrl === true,
      urlIsNew: url !== undefined || !['file', 'environment'].includes(loaded.origins.databaseUrl),
    },
  });
  terminal.result(report);
  return report.ok ? 0 : 1;
}

function conversationOf(flags: Record<string, unknown>, signal: AbortSignal): Conversation {
  if (flags.yes === true || flags.json === true || flags.continue === true) return silent;
  if (process.stdin.isTTY) return terminalConversation(signal);
  throw new CoutureError(
    'answers_missing',
    'There is no terminal to ask on',
    `Use --yes, and answer with flags: ${connectSettings.map((key) => `--${flagName(key)}`).join(', ')}.`,
  );
}

/** The URL on the command line, else that of the settings. An embedded Postgres has no shop to connect. */
async function urlOf(
  url: string | undefined,
  { config, terminal }: CommandContext,
  conversation: Conversation,
): Promise<string> {
  const given = url ?? config.databaseUrl;
  if (given === undefined && !conversation.interactive)
    throw new CoutureError(
      'answers_missing',
      'No database URL is given',
      'Run "couture connect postgresql://user:password@host/shop", or set DATABASE_URL. Orders from files need no connecting: run "couture import orders FILE" and "couture recs build".',
    );
  if (given !== undefined) return parsedUrl(given);
  return askUntil(conversation, 'URL of the shop’s Postgres', '', parsedUrl, (line) => terminal.warn(line));
}

function parsedUrl(text: string): string {
  const { schema, example } = optionRow('databaseUrl');
  if (text !== '' && schema.safeParse(text).success) return text;
  throw new CoutureError(
    'bad_option',
    `The database URL is "${redactUrl(text)}", not a URL such as ${example}`,
    'In the password, write "@" as %40, ":" as %3A, "/" as %2F and "#" as %23.',
  );
}
