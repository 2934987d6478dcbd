// The widgets in another shop's page take the shop's colour and fonts from the runtime; the page's own properties win.
import { assert, suite } from '../../fixtures/suite.ts';
import { type EmbeddedShop, embeddedShop } from '../test-support/embedding-host.ts';
import { desktop } from '../test-support/shop-in-browser.ts';

const test = suite<EmbeddedShop>('the brand of embedded widgets');
test.before(async (context) => {
  Object.assign(
    context,
    await embeddedShop({ COUTURE_BRAND_COLOR: '#7a1f3d', COUTURE_FONT_FAMILY: 'Georgia, serif' }),
  );
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.close?.());

const desk = { ...desktop, isMobile: false, hasTouch: false };

interface Look {
  readonly accent: string;
  readonly onAccent: string;
  readonly heading: string;
  readonly text: string;
}

async function lookOn(
  { host, shop }: EmbeddedShop,
  style: string,
  settled: (look: Look) => boolean,
): Promise<Look> {
  const { page, errors } = await shop.visit(desk);
  await page.goto(`${host.origin}/`);
  if (style) {
    await page.addStyleTag({ content: style });
    // As themes switch.
    await page.evaluate(() => document.body.classList.add('themed'));
  }
  const list = page.locator('couture-similar-products');
  await list.scrollIntoViewIfNeeded();
  await list.locator('couture-product-card').first().waitFor();
  const read = () =>
    list.evaluate((each) => {
      const own = getComputedStyle(each);
      const heading = each.shadowRoot!.querySelector('h2')!;
      const probe = document.createElement('i');
      each.shadowRoot!.append(probe);
      const colour = (name: string) => {
        probe.style.color = `var(${name})`;
        return getComputedStyle(probe).color;
      };
      const look = {
        accent: colour('--couture-accent'),
        onAccent: colour('--couture-accent-ink'),
        heading: getComputedStyle(heading).fontFamily,
        text: own.fontFamily,
      };
      probe.remove();
      return look;
    });
  let look = await read();
  for (let left = 100; left > 0 && !settled(look); left--) {
    await page.waitForTimeout(50);
    look = await read();
  }
  assert.equal(
    errors.filter((each) => !/favicon/.test(each)),
    [],
  );
  return look;
}

/** WCAG 2. */
function contrast(one: string, other: string): number {
  const luminance = (css: string) => {
    const [red, green, blue] = css
      .match(/\d+/g)!
      .map((part) => Number(part) / 255)
      .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

test('on a light page they have the colour and the fonts of the shop', async (context) => {
  const look = await lookOn(context, '', ({ text }) => text.startsWith('Georgia'));
  assert.equal(look, {
    accent: 'rgb(122, 31, 61)',
    onAccent: look.onAccent,
    heading: 'Georgia, serif',
    text: 'Georgia, serif',
  });
  assert.ok(contrast(look.accent, look.onAccent) >= 4.5);
});

test('on a dark page they have a shade that can be read on it', async (context) => {
  const style = 'html, body { background: #14161a; color: #eee }';
  const look = await lookOn(
    context,
    style,
    ({ text, accent }) => text.startsWith('Georgia') && contrast(accent, 'rgb(20, 22, 26)') >= 4.5,
  );
  assert.ok(contrast(look.accent, 'rgb(20, 22, 26)') >= 4.5, look.accent);
  assert.ok(contrast(look.accent, look.onAccent) >= 4.5);
});

test('properties that the page sets win', async (context) => {
  const style =
    'body { --couture-accent: rgb(0, 90, 60); --couture-heading: 700 30px / 1.2 "Courier New", monospace }';
  const look = await lookOn(
    context,
    style,
    ({ text, accent }) => text.startsWith('Georgia') && accent === 'rgb(0, 90, 60)',
  );
  assert.is(look.accent, 'rgb(0, 90, 60)');
  assert.match(look.heading, 'Courier New');
  assert.is(look.text, 'Georgia, serif');
});

test('/embed has the lines to copy, with its own address, and shows what they do', async ({ shop }) => {
  const { page, errors } = await shop.visit(desk);
  await page.goto('/embed');
  const lines = await page.locator('pre').innerText();
  assert.match(lines, `<script type="module" src="${shop.url}/embed/couture-widgets.js"></script>`);
  assert.match(lines, /<couture-similar-products product-id="\w+" api="http/);
  await page.locator('.preview couture-product-card').nth(5).waitFor({ state: 'attached' });
  assert.equal(errors, []);
});
