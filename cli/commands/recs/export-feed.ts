// The formats of `couture recs export` that are no lists: links for newsletters, and product feeds.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { ShopAddresses } from '../../../runtime/shop/shop-addresses.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { requireSource } from '../../../sql/source/source-views.ts';
import type { CommandContext } from '../../command.ts';
import { exportMailLinks } from '../../recs/builds/mail-links.ts';
import {
  exportProductFeed,
  type FeedFormat,
  feedFormats,
  type LeftOut,
} from '../../recs/builds/product-feed.ts';
import { shopLabel } from '../../shop-label.ts';
import { count } from '../../terminal/figures.ts';

export { feedFormats };

const day = 86_400_000;
/** Days for which a link may be valid: longer than a newsletter is opened. */
const maxValidDays = 366;

const leftOutWords: Readonly<Record<LeftOut, string>> = {
  no_name: 'without a name',
  no_price: 'without a price',
  no_page: 'without the address of a page',
  no_picture: 'without a picture',
  id_too_long: 'with an id longer than 50 characters',
};

export function isFeedFormat(format: string): format is FeedFormat {
  return (feedFormats as readonly string[]).includes(format);
}

/** @throws CoutureError `bad_option` without the secret or the public URL */
export async function writeMailLinks(
  { config, terminal, signal }: CommandContext,
  flags: Record<string, unknown>,
  {
    client,
    buildId,
    file,
  }: { readonly client: Client; readonly buildId: number; readonly file: string | undefined },
): Promise<void> {
  const { mailListSecret: secret, publicUrl, basePath = '' } = config;
  if (secret === undefined)
    throw new CoutureError(
      'bad_option',
      '--format feed needs a secret to sign the links with',
      'Set COUTURE_MAIL_LIST_SECRET for this command and for "couture serve", to the same 32 characters or more: openssl rand -hex 32.',
    );
  if (publicUrl === undefined)
    throw new CoutureError(
      'bad_option',
      '--format feed needs the address at which mail programs reach couture',
      'Set COUTURE_PUBLIC_URL, such as https://shop.example.',
    );
  const days = durationDays.safeParse(flags.valid);
  if (!days.success || days.data <= 0 || days.data > maxValidDays)
    throw new CoutureError(
      'bad_option',
      `--valid is ${JSON.stringify(flags.valid)}`,
      `Use a span up to ${maxValidDays}d, such as 60d.`,
    );
  const stage = file === undefined ? undefined : terminal.progress.stage('export', 0, 'customers');
  const valid = days.data * day;
  const rows = await exportMailLinks({
    client,
    buildId,
    secret,
    address: new URL(publicUrl).origin + basePath,
    valid,
    tracked: flags.tracking !== false,
    file,
    onProgress: (done) => stage?.update(done),
    signal,
  });
  stage?.end();
  const expires = new Date(Date.now() + valid).toISOString();
  terminal.result({ build_id: buildId, format: 'feed', rows, file, expires_at: expires });
  if (file !== undefined)
    terminal.print(
      `Wrote the links of ${count(rows)} customers to ${file}. Each link opens that customer’s list without a sign-in: keep the file secret.`,
    );
}

export async function writeProductFeed(
  { config, source, terminal, release, signal }: CommandContext,
  format: FeedFormat,
  file: string | undefined,
): Promise<void> {
  const client = await openClient(await source(), { applicationName: 'couture export' });
  release.defer('the connection to the products', () => client.end());
  await requireSource(client);
  const { publicUrl } = config;
  const { name, currency } = await shopLabel(config, client);
  const stage = file === undefined ? undefined : terminal.progress.stage('export', 0, 'products');
  const { rows, leftOut } = await exportProductFeed({
    source: client,
    format,
    addresses: new ShopAddresses(config),
    origin: publicUrl === undefined ? undefined : new URL(publicUrl).origin,
    shopName: name,
    currency,
    file,
    onProgress: (done) => stage?.update(done),
    signal,
  });
  stage?.end();
  const reasons = (Object.keys(leftOutWords) as LeftOut[]).filter((reason) => leftOut[reason] > 0);
  if (reasons.length > 0)
    terminal.warn(
      `Left out: ${reasons.map((reason) => `${count(leftOut[reason])} ${leftOutWords[reason]}`).join(', ')}. Pages and pictures need whole addresses (COUTURE_SHOP_URL, COUTURE_MEDIA_URL, COUTURE_PUBLIC_URL).`,
    );
  terminal.result({ format, rows, left_out: leftOut, file });
  if (file !== undefined) terminal.print(`Wrote ${count(rows)} products to ${file}.`);
}
