// `npm run bench:web`: Lighthouse 12 with the phone profile on the home, category, product, cart and checkout pages of the sample
// shop; script bytes loaded before the first paint, and of the whole app. Prints one JSON line.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import lighthouse, { type Config, type Flags } from 'lighthouse';
import { benchFacts, say } from '../fixtures/bench-facts.ts';
import { endWithChildren, onKilled } from '../fixtures/bench-process.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { closeTestServer } from '../fixtures/database.ts';
import { phone, runShop } from './test-support/shop-in-browser.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    pages: { type: 'string', default: 'home,category,product,cart,checkout' },
    /** Folder for the HTML reports. */
    report: { type: 'string' },
  },
});

const addresses: Record<string, string> = {
  home: '/',
  category: '/category/Dresses',
  product: '/product/6',
  cart: '/cart',
  checkout: '/checkout',
};

interface PageResult {
  readonly performance: number;
  readonly accessibility: number;
  readonly best_practices: number;
  readonly seo: number;
  readonly lcp_ms: number;
  readonly tbt_ms: number;
  readonly cls: number;
  /** Transferred bytes of scripts loaded before the first paint. */
  readonly script_bytes_gzip: number;
}

const port = 9_333;
endWithChildren();
onKilled(closeTestServer);
const opening = runShop();
onKilled(async () => (await opening).close());
const shop = await opening;
const browser = await openBrowser([`--remote-debugging-port=${port}`]);
const pages: Record<string, PageResult> = {};
try {
  await fillBag();
  for (const name of values.pages.split(',')) {
    const results: PageResult[] = [];
    for (let run = 0; run < Number(values.runs); run++) results.push(await measure(name));
    results.sort((one, other) => one.performance - other.performance);
    pages[name] = results[Math.floor(results.length / 2)]!;
    say(
      `${name.padEnd(10)} ${Object.entries(pages[name]!)
        .map(([key, value]) => `${key} ${value}`)
        .join(', ')}`,
    );
  }
} finally {
  await browser.close();
  await shop.close();
}
console.log(
  JSON.stringify({
    bench: 'web',
    ...benchFacts(),
    pages,
    app_bytes_gzip: appBytes(),
  }),
);

/** Fills the cart in the browser profile that Lighthouse uses. */
async function fillBag(): Promise<void> {
  const [context] = browser.contexts();
  const page = await (context ?? (await browser.newContext({ ...phone }))).newPage();
  await page.goto(`${shop.url}/product/20`);
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.close();
}

async function measure(name: string): Promise<PageResult> {
  const flags: Flags = {
    port,
    output: 'html',
    logLevel: 'error',
    disableStorageReset: /cart|checkout/.test(name),
  };
  const config: Config = { extends: 'lighthouse:default', settings: { formFactor: 'mobile' } };
  const outcome = await lighthouse(`${shop.url}${addresses[name]}`, flags, config);
  if (!outcome) throw new Error(`Lighthouse returned no result for ${name}`);
  const { lhr, report } = outcome;
  if (values.report) {
    mkdirSync(values.report, { recursive: true });
    writeFileSync(path.join(values.report, `${name}.html`), String(report));
  }
  const score = (category: string) => Math.round((lhr.categories[category]?.score ?? 0) * 100);
  const number = (audit: string) => lhr.audits[audit]?.numericValue ?? Number.NaN;
  for (const each of Object.values(lhr.audits)) {
    if (each.score !== null && each.score < 0.9 && each.scoreDisplayMode === 'binary')
      say(`  ${name}: ${each.id}: ${each.title}`);
  }
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    best_practices: score('best-practices'),
    seo: score('seo'),
    lcp_ms: Math.round(number('largest-contentful-paint')),
    tbt_ms: Math.round(number('total-blocking-time')),
    cls: Number(number('cumulative-layout-shift').toFixed(3)),
    script_bytes_gzip: scriptsBeforePaint(lhr),
  };
}

interface Lhr {
  readonly audits: Record<string, { readonly numericValue?: number; readonly details?: unknown }>;
}

function scriptsBeforePaint({ audits }: Lhr): number {
  const details = audits['network-requests']?.details as { items?: readonly Request[] } | undefined;
  const metrics = audits.metrics?.details as { items?: ReadonlyArray<Record<string, number>> } | undefined;
  const painted = metrics?.items?.[0]?.observedFirstContentfulPaint ?? 0;
  return (details?.items ?? [])
    .filter((each) => each.resourceType === 'Script' && each.networkEndTime <= painted)
    .reduce((sum, each) => sum + each.transferSize, 0);
}

interface Request {
  readonly resourceType: string;
  readonly networkEndTime: number;
  readonly transferSize: number;
}

/** Total size of the scripts of the build. */
function appBytes(): number {
  const folder = path.resolve(import.meta.dirname, '../site/assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(path.join(folder, name))).length, 0);
}
