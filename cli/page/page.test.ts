import { assert, suite } from '../../fixtures/suite.ts';
import type { UpliftReport } from '../recs/uplift/uplift.ts';
import { upliftPage } from '../recs/uplift/uplift-page.ts';
import { money } from '../terminal/figures.ts';
import { page } from './page.ts';

const test = suite('report pages');

const input = { title: 'Chats', lead: '', tiles: [], sections: [], madeAt: new Date(0) };

test('a page names its shop in title and heading, and escapes the name', () => {
  const html = page({ ...input, shop: ' Lind & <Moe> ' });
  assert.match(html, '<title>Chats · Lind &amp; &lt;Moe&gt;</title>');
  assert.match(html, /<h1><bdi class="shop">Lind &amp; &lt;Moe&gt;<\/bdi> Chats<\/h1>/);
  const nameless = page(input);
  assert.match(nameless, '<title>Chats</title>');
  assert.match(nameless, '<h1>Chats</h1>');
});

test('amounts have the decimals of the shop’s currency', () => {
  assert.equal(
    [money(1290.4, 'EUR'), money(1290, 'JPY'), money(1.105, 'KWD'), money(12, 'CHF')],
    ['€1,290.40', 'JP¥1,290', 'KWD\u00a01.105', 'CHF\u00a012.00'],
  );
});

test('an uplift report names the shop and its currency', () => {
  const report: UpliftReport = {
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-29T00:00:00Z',
    days: 28,
    window_days: 7,
    detect: 0.05,
    arms: {},
    left_out: 0,
    comparisons: [],
    lists: [
      {
        kind: 'similar',
        impressions: 10,
        clicks: 2,
        adds: 1,
        click_through: 0.2,
        add_rate: 0.1,
        attributed_lines: 1,
        attributed_revenue: 5_200,
      },
    ],
  };
  const html = upliftPage(report, { name: 'Aoi', currency: 'JPY' });
  assert.match(html, '<title>Recommendation uplift · Aoi</title>');
  assert.match(html, 'JP¥5,200<');
});
