// A shopper and an agent in the same engine, Firefox or WebKit: words, a file, a lost connection, the end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { inEngines } from '../test-support/engines/in-engines.ts';
import { type RunningShop, runShop } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: RunningShop; folder: string }>('chat, in other engines', { timeout: 280_000 });
test.before(async (context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-chat-'));
  context.shop = await runShop();
});
test.after(async ({ shop, folder }) => {
  rmSync(folder, { recursive: true, force: true });
  await shop?.close();
});

/** A PNG of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

inEngines(
  test,
  'a shopper writes, an agent answers, both survive a restart of the server',
  async ({ shop, folder, engine, open }) => {
    const desk = await open({ width: 1280, height: 900 });
    await desk.goto(`${shop.url}/demo/sign-in`);
    const signedIn = await desk.run(async () => {
      const body = new URLSearchParams({ sub: 'staff', role: 'staff' });
      await fetch('/demo/sign-in', { method: 'POST', body });
      return (await (await fetch('/api/session')).json()).signed_in;
    });
    assert.is(signedIn, true);
    await desk.goto(`${shop.url}/console`);

    const shopper = await open();
    await shopper.goto(`${shop.url}/product/6`);
    await shopper.click({ css: '.launcher' });
    await shopper.type({ role: 'textbox', name: 'Your name' }, `Axel with ${engine}`);
    await shopper.type({ role: 'textbox', name: 'Your message' }, 'Do you have it in blue?');
    await shopper.press('Enter');
    await shopper.see({ css: '.bubble', text: 'Do you have it in blue?' });

    await desk.click({ css: 'button.chat', text: `Axel with ${engine}` });
    await desk.see({ css: '.bubble', text: 'Do you have it in blue?' });
    await shopper.see({ text: 'Seen ·' });
    await desk.click({ role: 'button', name: 'Take' });
    await shopper.see({ text: 'You’re chatting with Sam Staff' });
    const answer = { css: 'textarea[maxlength]', within: 'couture-console' };
    await desk.type(answer, 'We do. ');
    await shopper.see({ text: 'Sam Staff is typing' });
    await desk.press('Enter');
    await shopper.see({ css: '.bubble', text: 'We do.' });

    const file = path.join(folder, 'coat.png');
    writeFileSync(file, png);
    await shopper.type({ css: 'input[type=file]' }, file);
    await desk.see({ css: 'img[alt="coat.png"]' });

    await shop.stop();
    await shopper.type({ css: 'textarea[maxlength]' }, 'Are you still there?');
    await shopper.press('Enter');
    await shopper.see({ css: '.bubble', text: 'Are you still there?' });
    await shop.start();
    await desk.see({ css: '.bubble', text: 'Are you still there?' });
    assert.is(await desk.count({ css: '.bubble', text: 'Are you still there?' }), 1);

    await desk.type(answer, 'I am.');
    await desk.press('Enter');
    await shopper.see({ css: '.bubble', text: 'I am.' });
    await shopper.reload();
    await shopper.see({ css: '.bubble', text: 'I am.' });
    assert.equal([...desk.errors, ...shopper.errors], []);
  },
);
