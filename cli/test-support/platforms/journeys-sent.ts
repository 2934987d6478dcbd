// Journeys next to a platform's shop, sent to a push service on this machine: turned on, run, reported; and a segment of the
// shop's own in SQL.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert } from '../../../fixtures/suite.ts';
import type { Client } from '../../../sql/pool.ts';
import { journeyRules } from '../../../sql/store/push/journey-rules.ts';
import { noonZone } from '../day-zones.ts';
import { pushShop } from '../push-shop.ts';

export interface ViewedProduct {
  /** Has viewed the product five hours ago and never bought it. */
  readonly customer: string;
  readonly product: string;
  readonly name: string;
  /** Page of the product at the shop. */
  readonly page: string;
  readonly shopUrl: string;
}

/** Everyone but the customer is unsubscribed; afterwards, all are. */
export async function sendJourneys(
  client: Client,
  url: string,
  { customer, product, name, page, shopUrl }: ViewedProduct,
): Promise<void> {
  await client.query('delete from couture.push_subscription');
  const push = await pushShop({ own: { url, drop: async () => {} } });
  const segments = mkdtempSync(path.join(os.tmpdir(), 'couture-segments-'));
  Object.assign(push.env, {
    ...{ COUTURE_SHOP_URL: shopUrl, COUTURE_CURRENCY: 'SEK', COUTURE_SEGMENTS: segments },
  });
  try {
    await push.subscribe([customer], { timeZone: noonZone(), topics: ['news', 'stock', 'prices'] });
    for (const journey of Object.keys(journeyRules))
      assert.is((await push.json('journeys', 'enable', journey)).enabled, true);
    assert.is((await push.json('journeys', 'run', 'viewed')).accepted, 1);
    const { notification } = JSON.parse(push.server.got.at(-1)!.payload!);
    assert.ok(notification.body.startsWith(`${name}: SEK`), notification.body);
    assert.equal([notification.title, notification.navigate], ['Still interested?', page]);
    assert.ok(notification.tag.startsWith(`viewed-${product.replaceAll(/[^\w-]/g, '')}`.slice(0, 32)));
    assert.is((await push.json('journeys', 'run', 'viewed')).settled, 0, 'once');
    for (const journey of Object.keys(journeyRules))
      assert.is((await push.couture('journeys', 'run', journey)).code, 0, journey);
    const { journeys } = (await push.json('journeys', 'report', 'viewed')) as unknown as {
      journeys: Array<{ journey: string; occasions: number; sent: number }>;
    };
    assert.equal(
      journeys.map((each) => [each.journey, each.occasions, each.sent]),
      [['viewed', 1, 1]],
    );
    // The customers of the source view have the ids of the platform.
    writeFileSync(
      path.join(segments, 'bought-twice.sql'),
      '-- have bought two products\nselect customer_id from couture_source.order_line group by customer_id having count(*) >= 2;\n',
    );
    const { rows } = await client.query<{ twice: boolean }>(
      'select count(*) >= 2 as twice from couture_source.order_line where customer_id::text = $1',
      [customer],
    );
    const reached = async (segment: string) => {
      const texts = ['--title', 'x', '--body', 'y', '--segment', segment, '--dry-run'];
      return (await push.json('send', ...texts)).subscriptions as unknown as number;
    };
    const twice = rows[0]!.twice ? 1 : 0;
    assert.equal([await reached('bought-twice'), await reached('not bought-twice')], [twice, 1 - twice]);
  } finally {
    rmSync(segments, { recursive: true, force: true });
    await client.query(
      `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion;
       delete from couture.push_journey`,
    );
    await push.close();
  }
}
