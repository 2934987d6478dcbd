// Unusual text: pasted control characters, text that the server rejects, stored messages of an older version.
import type { Locator, Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('odd text in the browser');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

const slide = 'Slide title\u000bsecond line\u0007\u200b';

test('a pasted control character breaks neither the chat, a note nor the start form', async ({ shop }) => {
  const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
  const shopper = await shop.visit(clipboard);
  await begin(shopper.page, 'Vera\u000b', 'First\u000bwords');
  assert.is(await said(shopper.page, 'First').innerText(), 'First\nwords');
  const agent = await atDesk(shop, 'staff', clipboard);
  await take(agent.page, 'Vera');
  for (const [writer, reader] of [
    [shopper, agent],
    [agent, shopper],
  ] as const) {
    await writer.page.bringToFront();
    await writer.page.evaluate((text) => navigator.clipboard.writeText(text), slide);
    await composer(writer.page).focus();
    await writer.page.keyboard.press('Control+V');
    await writer.page.keyboard.press('Enter');
    await said(reader.page, 'second line').last().waitFor();
    await write(writer.page, `It goes on, ${writer === agent ? 'agent' : 'shopper'}`);
    await said(reader.page, `It goes on, ${writer === agent ? 'agent' : 'shopper'}`).waitFor();
  }
  assert.match(await said(shopper.page, 'second line').first().innerText(), /^Slide title\nsecond line/);
  await agent.page.getByRole('button', { name: 'Private note' }).click();
  const note = agent.page.locator('couture-chat-composer textarea[aria-label^="Note"]');
  assert.is(await note.getAttribute('maxlength'), '2000');
  await note.fill('A note\u000cof two pages');
  await note.press('Enter');
  await said(agent.page, 'A note').waitFor();
  for (const { page } of [shopper, agent])
    assert.equal(
      await page.evaluate(() =>
        ['couture-chat-unsent', 'couture-console-unsent'].map((key) => localStorage.getItem(key) ?? '[]'),
      ),
      ['[]', '[]'],
    );
  assert.equal([...shopper.errors, ...agent.errors], []);
});

/** What programs put on the clipboard, and what their users saw. All of them add HTML and a picture. */
const copies: Record<string, { text: string; seen: string; html: string }> = {
  Word: {
    text: 'Return of order\u00a01001\r\n\uf0b7\tdress, too small\u000bstill new\r\n\uf0b7\tbelt\u0007\r\n',
    seen: 'Return of order\u00a01001\n•\tdress, too small\nstill new\n•\tbelt',
    html: '<p class=MsoNormal>Return of order 1001<o:p></o:p></p>',
  },
  Excel: {
    text: '\tS\tM\r\nChest\t88\t92\r\nWaist\t\t76\r\n',
    seen: '\tS\tM\nChest\t88\t92\nWaist\t\t76',
    html: '<table><tr><td></td><td>S</td><td>M</td></tr></table>',
  },
  PowerPoint: {
    text: 'Summer\u000bcollection\rfrom 1 June\u000b\u000bin all shops',
    seen: 'Summer\ncollection\nfrom 1 June\n\nin all shops',
    html: '<p>Summer<br>collection</p>',
  },
  Outlook: {
    text: 'Hello,\r\n\r\nthe parcel was open \uf04a\r\n\r\nVera Klein\r\n',
    seen: 'Hello,\n\nthe parcel was open ☺\n\nVera Klein',
    html: '<p>Hello,</p><p>the parcel was open</p>',
  },
  LibreOffice: {
    text: 'Größen:\n88\t92\u2028ab Montag',
    seen: 'Größen:\n88\t92\nab Montag',
    html: '<p>Größen:</p>',
  },
  'Google Docs': {
    text: 'First point\u000bof two\n\n\nSecond <b>point</b> &amp; end',
    seen: 'First point\nof two\n\n\nSecond <b>point</b> &amp; end',
    html: '<b style="font-weight:normal" id="docs-internal-guid-1"><p>First point<br>of two</p></b>',
  },
  'iOS Notes': {
    text: 'Shopping\u2028☑ dress\ufffc\u2029☐ belt 👗🏽',
    seen: 'Shopping\n☑ dress\n☐ belt 👗🏽',
    html: '<div>Shopping</div>',
  },
  'HTML alone': {
    text: '',
    seen: 'Size Ä & B\n88\t92\nlast',
    html: '<style>p{}</style><p>Size&nbsp;&#196; &amp;\n B</p><table><tr><td>88</td><td>92</td></tr></table><div>last</div>',
  },
};

test('copies of office programs arrive as they were seen, in every field, and leave the chat as they came', async ({
  shop,
}) => {
  const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
  const shopper = await shop.visit(clipboard);
  const agent = await atDesk(shop, 'staff', clipboard);
  /** Copies, pastes with the keyboard as a person does, and returns what the field has. */
  const paste = async (page: Page, field: Locator, { text, html }: { text: string; html: string }) => {
    await page.bringToFront();
    await page.evaluate(
      async ([plain, markup]) => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 4;
        const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
        await navigator.clipboard.write([
          new ClipboardItem({
            ...(plain ? { 'text/plain': new Blob([plain], { type: 'text/plain' }) } : {}),
            'text/html': new Blob([markup!], { type: 'text/html' }),
            'image/png': png!,
          }),
        ]);
      },
      [text, html],
    );
    await field.focus();
    await page.keyboard.press('Control+V');
    await until(async () => (await field.inputValue()) !== '', 'the text is pasted');
    assert.is(await page.locator('.pending').count(), 0, 'the text counts');
    return (await field.inputValue()).trimEnd();
  };
  await shopper.page.goto('/');
  await shopper.page.locator('couture-chat .launcher').click();
  const body = shopper.page.locator('couture-chat-start').getByLabel('Your message');
  for (const [program, copy] of Object.entries(copies)) {
    await body.fill('');
    assert.is(await paste(shopper.page, body, copy), copy.seen, program);
  }
  await shopper.page.locator('couture-chat-start').getByLabel('Your name').fill('Petra');
  await body.press('Enter');
  await said(shopper.page, 'Size').waitFor();
  await take(agent.page, 'Petra');
  const note = agent.page.locator('couture-chat-composer textarea[aria-label^="Note"]');
  const at = { shopper: shopper.page, agent: agent.page, note: agent.page };
  for (const [who, page] of Object.entries(at)) {
    if (who === 'note') await page.getByRole('button', { name: 'Private note' }).click();
    const field = who === 'note' ? note : composer(page);
    const reader = who === 'agent' ? shopper.page : agent.page;
    for (const [program, copy] of Object.entries(copies)) {
      const bubbles = reader.locator('couture-message-list .bubble');
      const before = await bubbles.count();
      await field.evaluate(pasteIn, copy);
      assert.is((await field.inputValue()).trimEnd(), copy.seen, `${program} ${who}`);
      await field.press('Enter');
      await until(async () => (await bubbles.count()) > before, `${program} ${who}`);
      // An empty line counts twice in innerText.
      const [shown, seen] = [await bubbles.last().innerText(), copy.seen].map((text) =>
        text.replaceAll(/\n+/g, '\n'),
      );
      assert.is(shown!.trimEnd(), seen, `${program} ${who}`);
    }
  }
  // Chromium cleans copied HTML in the page, whose policy forbids its styles.
  const errors = [...shopper.errors, ...agent.errors].filter(
    (each) => !each.includes('Applying inline style'),
  );
  assert.equal(errors, []);
});

/** Pastes as a browser does: what no listener takes is inserted as plain text. */
function pasteIn(field: HTMLElement | SVGElement, { text, html }: { text: string; html: string }): void {
  const data = new DataTransfer();
  if (text) data.setData('text/plain', text);
  data.setData('text/html', html);
  data.setData('text/rtf', '{\\rtf1 }');
  data.items.add(new File(['png'], 'image.png', { type: 'image/png' }));
  (field as HTMLElement).focus();
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  if (field.dispatchEvent(event)) document.execCommand('insertText', false, text.replaceAll(/\r\n?/g, '\n'));
}

test('a line of mixed directions reads in the direction of most of its words', async ({ shop }) => {
  const { page } = await shop.visit();
  await begin(page, 'Mona', 'Juno Sundress متوفر بمقاس M؟\nIs Juno Sundress متوفر in M?');
  const lines = said(page, 'Juno').locator('.text');
  assert.equal(await lines.evaluateAll((all) => all.map((each) => getComputedStyle(each).direction)), [
    'rtl',
    'ltr',
  ]);
  /** Distance from a word to the one after it, of the same line. */
  const steps = await lines.evaluateAll((all) =>
    all.map((line) => {
      const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode()!;
      const at = (word: string) => {
        const range = document.createRange();
        const start = text.textContent!.indexOf(word);
        range.setStart(text, start);
        range.setEnd(text, start + word.length);
        return range.getBoundingClientRect().x;
      };
      return Math.sign(at('متوفر') - at('Juno'));
    }),
  );
  assert.equal(steps, [-1, 1]);
});

test('addresses and order numbers count in the letters and digits of any keyboard; a link alone is pasted as its address', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await page.goto('/');
  await page.locator('couture-chat .launcher').click();
  const body = page.locator('couture-chat-start').getByLabel('Your message');
  const email = page.locator('couture-chat-start').getByLabel('Email (optional)');
  await email.fill('ａｎｎａ＠ｅｘａｍｐｌｅ。ｏｒｇ');
  await email.press('Tab');
  assert.is(await email.inputValue(), 'anna@example.org');
  await body.evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text/uri-list', '# title\r\nhttps://shop.example/a\r\n');
    data.setData('text/html', '<a href="https://shop.example/a">A dress</a>');
    field.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  assert.is(await body.inputValue(), 'https://shop.example/a');
});

test('invisible text cannot be sent', async ({ shop }) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Zoe', 'Hello');
  await composer(shopper.page).fill('\u200b\u2060 ');
  assert.is(await shopper.page.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
  await composer(shopper.page).press('Enter');
  await write(shopper.page, 'Seen');
  await said(shopper.page, 'Seen').waitFor();
  assert.is(await shopper.page.locator('couture-message-list .bubble').count(), 2);
});

test('invalid messages stored by an older version are repaired, also without a socket', async ({ shop }) => {
  for (const sockets of [true, false]) {
    const shopper = await shop.visit();
    await begin(shopper.page, 'Olga', 'Hello');
    await shopper.page.evaluate(() => {
      const { id } = JSON.parse(localStorage.getItem('couture-chat')!);
      const bodies = ['x'.repeat(4_001), 'poison\u000bheals', 'and the next one'];
      const unsent = bodies.map((body, at) => ({
        session_id: id,
        client_message_id: crypto.randomUUID(),
        content: { body },
        shown: body,
        at,
      }));
      localStorage.setItem('couture-chat-unsent', JSON.stringify(unsent));
    });
    if (!sockets) await shopper.page.routeWebSocket(/\/ws\/chat\//, (socket) => socket.close());
    await shopper.page.reload();
    await said(shopper.page, 'and the next one').waitFor();
    await shopper.page.waitForFunction(
      () => localStorage.getItem('couture-chat-unsent') === '[]',
      undefined,
      {
        timeout: 30_000,
      },
    );
    await shopper.page.getByText('Not sent: the text is too long').waitFor();
    assert.is(await said(shopper.page, 'heals').innerText(), 'poison\nheals');
    await write(shopper.page, 'It goes on');
    await said(shopper.page, 'It goes on').waitFor();
    await shopper.page.getByRole('button', { name: 'Remove' }).click();
    assert.is(await shopper.page.getByText('Not sent').count(), 0);
    assert.is(await shopper.page.getByText('no longer have access').count(), 0);
  }
});

test('a server that closes each socket after a bad frame is retried with backoff', async ({ shop }) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Nora', 'Hello');
  const opened: number[] = [];
  await shopper.page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    opened.push(performance.now());
    // As servers of the previous version do.
    socket.onMessage(() => void socket.close({ code: 4400, reason: 'bad_frame' }));
  });
  await shopper.page.reload();
  await shopper.page.getByText('Connection lost').waitFor();
  // Meanwhile messages are sent by plain requests.
  await write(shopper.page, 'By another way');
  await shopper.page.getByText('Sent ·').waitFor();
  await said(shopper.page, 'By another way').waitFor();
  assert.is(await shopper.page.getByText('no longer have access').count(), 0);
  await shopper.page.waitForFunction(() => localStorage.getItem('couture-chat-unsent') === '[]');
  assert.ok(opened.length >= 2);
});
