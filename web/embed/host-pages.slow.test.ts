// Elements in pages of other shops: members of each kind of trouble are tried on every element, or on the chat and a list.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import {
  ancestors,
  type HostPage,
  hostileStyles,
  hostPage,
  lists,
  loadings,
  moves,
  pollution,
} from '../test-support/host-pages.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

interface Setting {
  host: Server;
  origin: string;
  shop: ShopInBrowser;
  shown: { page: HostPage; url: string };
}

const test = suite<Setting>("elements in other shops' pages");
/** Lists load when they come near the window: this one has all of them. */
const tall = { viewport: { width: 1280, height: 6_000 } };
const desk = { ...desktop, isMobile: false, hasTouch: false };

test.before(async (context) => {
  context.shown = { page: {}, url: '' };
  context.host = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(hostPage(context.shown.url, context.shown.page));
  });
  await new Promise<void>((resolve) => context.host.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.host.address() as AddressInfo).port}`;
  context.shop = await shopInBrowser({ COUTURE_CORS_ORIGINS: context.origin });
  context.shown.url = context.shop.url;
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => {
  context.host?.close();
  return context.shop?.close();
});

async function open({ shop, origin, shown }: Setting, page: HostPage, options = {}) {
  shown.page = page;
  const visitor = await shop.visit({ ...desk, ...options });
  visitor.context.setDefaultTimeout(20_000);
  await visitor.page.goto(origin);
  return visitor;
}

/** Waits until every list shows products, but those that are empty for a guest on a first visit. */
const filled = (page: Page) =>
  page.waitForFunction(() => {
    const all = [...document.querySelectorAll('*')].flatMap((each) =>
      each.localName === 'iframe'
        ? [...(each as HTMLIFrameElement).contentDocument!.querySelectorAll('*')]
        : [
            each,
            ...(each.shadowRoot && !each.localName.startsWith('couture-')
              ? each.shadowRoot.querySelectorAll('*')
              : []),
          ],
    );
    const lists = all.filter((each) => /^couture-(?!chat|buy-again|recently-viewed)/.test(each.localName));
    return (
      lists.length > 0 && lists.every((each) => each.shadowRoot?.querySelector('a, .offer, [part=list]'))
    );
  });

const launcher = (page: Page) => page.locator('couture-chat .launcher');

/** Begins a chat and waits for the first message. */
async function begin(page: Page, words: string): Promise<void> {
  await launcher(page).click();
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Greta');
  await page.locator('couture-chat-start').getByLabel('Your message').fill(words);
  await page.keyboard.press('Enter');
  await page.locator('couture-message-list .bubble').getByText(words).waitFor();
}

async function write(page: Page, words: string): Promise<void> {
  await page.locator('couture-chat-composer textarea').fill(words);
  await page.locator('couture-chat-composer textarea').press('Enter');
  await page.locator('couture-message-list .bubble').getByText(words).waitFor();
  await page.waitForFunction(() => /^(?:\[\])?$/.test(localStorage.getItem('couture-chat-unsent') ?? ''));
}

for (const [name, move] of Object.entries(moves)) {
  test(`lists survive: ${name}`, async (setting) => {
    const { page, errors } = await open(setting, { body: `<main>${lists.join('')}</main>` }, tall);
    await filled(page);
    for (const list of lists) {
      const tag = /couture-[\w-]+/.exec(list)![0];
      const element = await page.$(tag);
      await element?.evaluate(move);
    }
    await filled(page);
    assert.equal(errors, []);
  });
}

test('an open chat goes on after every move, with what is being written', async (setting) => {
  const { page, errors } = await open(setting, {
    body: `<main>${lists[0]}<couture-chat></couture-chat></main>`,
  });
  await begin(page, 'Is it warm?');
  for (const [name, move] of Object.entries(moves)) {
    if (name === 'moved into a frame') continue;
    const area = page.locator('couture-chat-composer textarea');
    await area.fill(`before: ${name}`);
    await (await page.$('couture-chat'))!.evaluate(move);
    await page.waitForFunction((words) => {
      const chats = [...document.querySelectorAll('*')]
        .flatMap((each) => [each, ...(each.shadowRoot?.querySelectorAll('couture-chat') ?? [])])
        .filter((each) => each.localName === 'couture-chat');
      const composer = chats.at(-1)?.shadowRoot?.querySelector('couture-chat-composer');
      return composer?.shadowRoot?.querySelector('textarea')?.value === words;
    }, `before: ${name}`);
    await write(page, `after: ${name}`);
    await page.evaluate(() => {
      const inside = [...document.querySelectorAll('*')]
        .map((each) => each.shadowRoot?.querySelector('couture-chat'))
        .find(Boolean);
      if (inside) document.body.append(inside);
      if (!document.querySelector('main')) document.body.append(document.createElement('main'));
      document.querySelector('main')!.append(document.querySelector('couture-chat')!);
    });
  }
  assert.equal(errors, []);
});

test('the second chat of a page shows nothing until the first has gone', async (setting) => {
  const { page } = await open(setting, {
    body: '<couture-chat></couture-chat><couture-chat></couture-chat>',
  });
  await launcher(page).waitFor();
  assert.is(await launcher(page).count(), 1);
  await page.evaluate(() => document.querySelector('couture-chat')!.remove());
  await launcher(page).waitFor();
});

/** Sizes and text of what an element draws. */
const drawn = (page: Page) =>
  page.evaluate(() => {
    const list = document.querySelector('couture-similar-products')!.shadowRoot!;
    const chat = document.querySelector('couture-chat')!.shadowRoot!;
    const card = list.querySelector('couture-product-card')!.shadowRoot!;
    return [
      list.querySelector('h2')!,
      list.querySelector('section')!,
      card.querySelector('a')!,
      card.querySelector('.price')!,
      chat.querySelector('.launcher')!,
    ].map((each) => {
      const { width, height } = each.getBoundingClientRect();
      const style = getComputedStyle(each);
      const text = [
        style.fontSize,
        style.fontFamily,
        style.lineHeight,
        style.letterSpacing,
        style.textTransform,
        style.textAlign,
        style.textShadow,
        style.color,
        style.webkitTextFillColor,
        style.pointerEvents,
        style.writingMode,
        style.whiteSpace,
      ];
      const ofWidth =
        each.localName === 'button' || each.className === 'price'
          ? [Math.round(width), Math.round(height)]
          : each.localName === 'section'
            ? [width >= 500 ? 'wide' : `${Math.round(width)} px`]
            : [];
      return [each.localName, ...ofWidth, ...text].join(' ');
    });
  });

test("sizes and text are the elements' own under the styles of any theme", async (setting) => {
  const body = `<div style="width: 900px">${lists[0]}<couture-chat></couture-chat></div>`;
  const plain = await open(setting, { body });
  await filled(plain.page);
  const expected = await drawn(plain.page);
  for (const [name, style] of Object.entries(hostileStyles)) {
    const { page } = await open(setting, { head: `<style>${style}</style>`, body });
    await filled(page);
    await page.waitForTimeout(name === 'slow transitions' ? 300 : 0);
    assert.equal(await drawn(page), expected, name);
    await page.context().close();
  }
});

test('the chat stands at the edge of the window, above everything, whatever its ancestors are', async (setting) => {
  for (const [name, style] of Object.entries(ancestors)) {
    const { page } = await open(setting, {
      head: '<style>.cover { position: fixed; inset: 0; z-index: 2147483647; background: #fff }</style>',
      body: `<div style="${style}"><couture-chat></couture-chat></div><div class="cover"></div>`,
    });
    const box = (await launcher(page).boundingBox())!;
    assert.ok(box.x > 1_200 && box.y > 700 && box.width === 56, `${name}: ${JSON.stringify(box)}`);
    await launcher(page).click({ timeout: 5_000 });
    await page.locator('couture-chat-start').waitFor();
    const panel = (await page.locator('couture-chat [part=panel]').boundingBox())!;
    assert.ok(panel.x > 800 && panel.y > 50 && panel.width === 384, `${name}: ${JSON.stringify(panel)}`);
    await page
      .locator('couture-chat')
      .getByRole('button', { name: 'Minimise chat' })
      .click({ timeout: 5_000 });
    await page.context().close();
  }
});

test('the panel fits the window of a zoomed page', async (setting) => {
  for (const zoom of [0.7, 1.25, 1.6]) {
    const { page } = await open(setting, { head: `<style>html { zoom: ${zoom} }</style>` });
    await launcher(page).click();
    await page.locator('couture-chat-start').waitFor();
    await page
      .locator('couture-chat [part=panel]')
      .evaluate((panel) => Promise.all(panel.getAnimations().map((each) => each.finished)));
    const { y, height } = (await page.locator('couture-chat [part=panel]').boundingBox())!;
    assert.ok(y >= 0 && y + height <= 800 && height > 400, `${zoom}: ${y} to ${y + height}`);
    await page.context().close();
  }
});

test('text can be read on any background', async (setting) => {
  const { page } = await open(setting, {});
  await filled(page);
  let seed = 21;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) % 256;
  for (let round = 0; round < 60; round++) {
    const [red, green, blue] = [next(), next(), next()];
    const colour =
      round === 0 ? '#111' : round === 1 ? 'oklch(0.3 0.1 250)' : `rgb(${red}, ${green}, ${blue})`;
    const low = await page.evaluate(async (background) => {
      document.body.style.background = background;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      const canvas = document.createElement('canvas').getContext('2d')!;
      const light = (css: string) => {
        canvas.fillStyle = css;
        canvas.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
          const share = part / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const list = document.querySelector('couture-similar-products')!.shadowRoot!;
      const card = list.querySelector('couture-product-card')!.shadowRoot!;
      const behind = light(background);
      return [list.querySelector('h2')!, ...card.querySelectorAll('.name, .price *, .reason')]
        .map((each) => light(getComputedStyle(each).color))
        .map((own) => (Math.max(own, behind) + 0.05) / (Math.min(own, behind) + 0.05))
        .reduce((one, other) => Math.min(one, other));
    }, colour);
    assert.ok(low >= 4.45, `${colour}: ${low}`);
  }
});

for (const [name, script] of Object.entries(pollution)) {
  test(`lists and the chat work beside ${name}`, async (setting) => {
    const { page, errors } = await open(setting, { head: `<script>{${script}}</script>` });
    await filled(page);
    await begin(page, `Beside ${name}?`);
    await write(page, 'And now?');
    assert.equal(errors, []);
  });
}

for (const [name, script] of Object.entries(loadings)) {
  test(`works loaded ${name}`, async (setting) => {
    const { page, errors } = await open(setting, { script });
    await filled(page);
    await launcher(page).click();
    await page.locator('couture-chat-start').waitFor();
    assert.is(
      await page.evaluate(
        () => typeof (window as unknown as { couture: { setToken?: unknown } }).couture.setToken,
      ),
      'function',
    );
    assert.equal(errors, []);
  });
}

test('the page does not see what is typed into a field, and keeps its shortcuts with a modifier', async (setting) => {
  const { page } = await open(setting, {
    head: `<script>
      window.keys = [];
      for (const type of ['keydown', 'keypress', 'keyup', 'input', 'paste'])
        document.addEventListener(type, (event) => { window.keys.push(event.key ?? type); if (/^[a-z/?]$/.test(event.key) && !event.ctrlKey) event.preventDefault() });
    </script>`,
  });
  await launcher(page).click();
  const keys = () => page.evaluate(() => (window as unknown as { keys: string[] }).keys.splice(0));
  await keys();
  await page.locator('couture-chat-start').getByLabel('Your message').click();
  await page.keyboard.type('?/jkgs n.');
  assert.is(await page.locator('couture-chat-start').getByLabel('Your message').inputValue(), '?/jkgs n.');
  assert.equal(await keys(), []);
  await page.keyboard.press('Control+k');
  assert.ok((await keys()).includes('k'));
});

/** What pages do with keys that are not typed into a field of theirs. Each runs before the widgets' script. */
const keyHandlers: Readonly<Record<string, string>> = {
  'slides by arrows and letters': "if (!e.target.closest('input, textarea')) e.preventDefault()",
  'a search field that takes the focus':
    "if (e.key !== 'Tab' && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) document.querySelector('#search').focus()",
  'keys that are nobody’s': 'if (!e.ctrlKey) e.preventDefault()',
  'keys by their code':
    'if ([13, 27, 32, 37, 38, 39, 40, 74, 75].includes(e.keyCode) && e.target.isContentEditable !== true && !/text/.test(e.target.type)) { e.preventDefault(); e.returnValue = false }',
};

test('what is typed into a field arrives, whatever the page does with keys in the capture phase', async (setting) => {
  for (const on of ['document', 'document.documentElement'])
    for (const [name, handler] of Object.entries(keyHandlers)) {
      const { page, errors } = await open(setting, {
        head: `<script>for (const type of ['keydown', 'keypress', 'keyup']) ${on}.addEventListener(type, (e) => { ${handler} }, true)</script>`,
        body: '<input id="search"><couture-chat></couture-chat>',
      });
      await launcher(page).click();
      const area = page.locator('couture-chat-start').getByLabel('Your message');
      await area.click();
      await page.keyboard.type('?/jk gs n.');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.type(' x');
      assert.is(await area.inputValue(), '?/jk gs n x.', `${on}: ${name}`);
      await page.locator('#search').click();
      await page.keyboard.press('Control+j');
      assert.equal(errors, []);
      await page.context().close();
    }
});

test("prices follow the page's language and region", async (setting) => {
  for (const lang of ['en-GB', 'en-US', 'de', 'de-AT', 'fr', 'fr-CH', 'ja', 'ar', 'sv-SE', 'x-unknown', '']) {
    const { page } = await open(setting, { lang });
    await filled(page);
    const price = page.locator('couture-similar-products .price .now').first();
    await price.waitFor();
    const shown = (await price.textContent())!;
    const locale = lang.startsWith('x') || !lang ? 'en' : lang;
    const parts = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).formatToParts(47.5);
    const decimal = parts.find(({ type }) => type === 'decimal')!.value;
    const isAfter =
      parts.findIndex(({ type }) => type === 'currency') > parts.findIndex(({ type }) => type === 'integer');
    assert.ok(shown.includes(decimal) && /€\p{Cf}*$/u.test(shown.trim()) === isAfter, `${lang}: ${shown}`);
    await page.context().close();
  }
});
