// The widgets of a page show each product once.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser, type Visitor } from '../test-support/shop-in-browser.ts';
import { devices } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('products of a page', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** A customer on the home page. */
async function signedIn(shop: ShopInBrowser) {
  return signIn(await shop.visit(devices.desk), '7');
}

async function signIn(visitor: Visitor, customer: string): Promise<Visitor> {
  await visitor.page.goto('/demo/sign-in');
  await visitor.page.locator('#sub').fill(customer);
  await visitor.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await visitor.page.getByRole('heading', { name: 'Picked for you' }).waitFor();
  return visitor;
}

/** Links of the cards in the lists of a page, list by list. */
async function lists(page: Page): Promise<Record<string, string[]>> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await page.waitForLoadState('networkidle');
  const found: Record<string, string[]> = {};
  for (const kind of [
    ...['similar-products', 'you-may-like', 'personalized', 'trending'],
    ...['buy-again', 'for-cart', 'bought-together', 'bundle'],
  ]) {
    const links = page.locator(`couture-${kind} a[href*="/product/"]`);
    const all = await links.evaluateAll((each) => each.map((link) => (link as HTMLAnchorElement).href));
    if (all.length > 0) found[kind] = [...new Set(all)];
  }
  return found;
}

function repeated(found: Record<string, string[]>): string[] {
  const all = Object.values(found).flat();
  return all.filter((each, at) => all.indexOf(each) !== at);
}

test('no list of a product page repeats a product of another list or offer, and lists stay full', async ({
  shop,
}) => {
  const { page } = await signedIn(shop);
  await page.goto('/product/6');
  const found = await until(async () => {
    const now = await lists(page);
    return now['bought-together'] && now.bundle && now['similar-products'] && now['you-may-like'] && now;
  }, 'the lists of the page');
  const subject = new URL('/product/6', page.url()).href;
  const { 'bought-together': together, bundle, ...others } = found;
  // The two offers are about the same product, and may overlap.
  const offered = [...new Set([...together!, ...bundle!])].filter((each) => each !== subject);
  assert.equal(repeated({ offered, ...others }), []);
  assert.is(others['you-may-like']!.length, 6);
});

test('a signed-in customer sees each product once on the home page', async ({ shop }) => {
  const { page } = await signedIn(shop);
  const found = await until(async () => {
    const now = await lists(page);
    return now.personalized && now.trending && now;
  }, 'the lists of the page');
  assert.equal(repeated(found), []);
  assert.is(found.personalized!.length, 8);
});

/** A customer who is due to buy a variant of a product that their personalized list has as another variant. */
const dueVariant = `
  select c.customer_id::text as customer, due.product_id::text as due, other.item_id::text as other,
    array(select v.product_id::text from couture_source.product v where v.group_id = due.group_id) as variants
  from (select build_id from couture.build where state = 'published') p
  join couture.buy_again_list l using (build_id)
  join couture.customer_key c using (customer_key)
  cross join lateral unnest(l.item_keys, l.last_days, l.intervals) with ordinality as e (item_key, last_day, every, rank)
  join couture.product_key k on k.product_key = e.item_key
  join couture_source.product due on due.product_id = k.product_id
  join couture.recommendation other on other.kind = 'personalized' and other.subject = c.customer_id::text and other.rank <= 6
  join couture_source.product named on named.product_id::text = other.item_id::text
  where e.last_day + (e.every || ' days')::interval < current_date and due.inventory > 0 and named.inventory > 0
    and named.group_id = due.group_id and named.product_id <> due.product_id
  order by e.rank, 1 limit 1`;

test('a list does not repeat what is due as another variant', async ({ shop }) => {
  const [row] = await queryDatabase<{
    customer: string;
    due: string;
    other: string;
    variants: string[];
  }>(shop.databaseUrl, dueVariant);
  const visitor = await shop.visit(devices.desk);
  const { page } = visitor;
  // The list has the variant that the customer bought; a browser may still hold one with another.
  let changed = 0;
  await page.route('**/recommendations/personalized*', async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as Array<{ id: unknown; url: string }>;
    for (const product of list) {
      if (!row!.variants.includes(String(product.id))) continue;
      product.url = product.url.replace(String(product.id), row!.other);
      product.id = Number(row!.other);
      changed++;
    }
    await route.fulfill({ response, json: list });
  });
  await signIn(visitor, row!.customer);
  const found = await until(async () => {
    const now = await lists(page);
    return now.personalized && now['buy-again'] && now;
  }, 'the lists of the page');
  const link = (id: string) => new URL(`/product/${id}`, page.url()).href;
  assert.ok(changed > 0, 'the list has the product');
  assert.ok(found['buy-again']!.includes(link(row!.due)), 'what is due is shown');
  assert.not.ok(found.personalized!.includes(link(row!.other)), 'and is not repeated');
  assert.is(found.personalized!.length, 8);
});
