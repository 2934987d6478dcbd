// Files as phones and proxies treat them: each refusal says why, and photos lose their metadata.
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { begin } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('files in the browser');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

const box = (brand: string) => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1');
const refused: Array<[name: string, mimeType: string, buffer: Buffer, words: RegExp]> = [
  ['IMG_0001.HEIC', 'image/heic', box('heic'), /HEIC photos.*JPEG/],
  ['IMG_0001.jpg', 'image/jpeg', box('heic'), /HEIC photos.*JPEG/],
  ['a.avif', 'image/avif', box('avif'), /AVIF images.*JPEG/],
  [
    'logo.svg',
    'image/svg+xml',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    /SVG drawings.*PNG/,
  ],
  ['empty.png', 'image/png', Buffer.alloc(0), /The file is empty/],
  [
    'tool.exe',
    'application/octet-stream',
    Buffer.from('MZ\x90'),
    /Only images \(PNG, JPEG, GIF, WebP\) and PDF/,
  ],
  [
    'long.pdf',
    'application/pdf',
    Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5_300_000)]),
    /larger than 5 MB/,
  ],
];

test('a refused file is named with its reason, also when a proxy refuses it', async ({ shop }) => {
  const { page } = await shop.visit();
  await begin(page, 'Fay', 'Hello');
  const strip = page.locator('couture-chat .strip');
  const pick = page.locator('couture-chat-composer input[type=file]');
  for (const [name, mimeType, buffer, words] of refused) {
    await pick.setInputFiles({ name, mimeType, buffer });
    await strip.filter({ hasText: words }).waitFor();
  }
  for (const odd of ['deleted', 'folder']) {
    await pick.evaluate((input, kind) => {
      const file = kind === 'folder' ? new File([], 'Holiday') : new File(['%PDF-1.7'], 'bill.pdf');
      // As browsers read a file that was deleted after it was chosen.
      const gone = { arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) };
      if (kind === 'deleted') file.slice = () => Object.assign(new Blob(), gone);
      Object.defineProperty(input, 'files', { value: [file], configurable: true });
      input.dispatchEvent(new Event('change', { bubbles: true }));
      Reflect.deleteProperty(input, 'files');
    }, odd);
    await strip.filter({ hasText: 'It may be a folder, or may have been moved or deleted' }).waitFor();
    await pick.setInputFiles({ name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) });
    await strip.filter({ hasText: 'The file is empty' }).waitFor();
  }
  await page.route('**/attachments', (route) =>
    route.fulfill({ status: 413, contentType: 'text/html', body: '<h1>413 Request Entity Too Large</h1>' }),
  );
  const pdf = { name: 'bill.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') };
  await pick.setInputFiles(pdf);
  await strip.filter({ hasText: 'The shop’s server doesn’t accept files of this size' }).waitFor();
  await page.unroute('**/attachments');
  await pick.setInputFiles({ ...pdf, name: `${'😀'.repeat(150)}\u202egpj.` });
  await page.locator('couture-message-list .document').waitFor();
  await page.getByText('Sent ·').waitFor();
});

test('a picture in a format of this browser alone is sent as JPEG, and a photo without its place', async ({
  shop,
}) => {
  const { page, context } = await shop.visit();
  await begin(page, 'Gil', 'Hello');
  // Chromium decodes AVIF, as Safari decodes HEIC, but encodes neither: its decoder is replaced by a painted canvas.
  await page.evaluate(() => {
    globalThis.createImageBitmap = (async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 5_000, height: 2_500 });
      canvas.getContext('2d')!.fillRect(0, 0, 5_000, 2_500);
      return Object.assign(canvas, { close() {} });
    }) as unknown as typeof createImageBitmap;
  });
  const pick = page.locator('couture-chat-composer input[type=file]');
  await pick.setInputFiles({ name: 'IMG_1.HEIC', mimeType: 'image/heic', buffer: box('heic') });
  const picture = page.locator('couture-message-list .picture img').last();
  await picture.waitFor();
  await page.waitForFunction(
    (image) => (image as HTMLImageElement).naturalWidth === 4_096,
    await picture.elementHandle(),
  );
  assert.is(await picture.getAttribute('alt'), 'IMG_1.jpg');
  const jpeg = await (await context.request.get((await picture.getAttribute('src'))!)).body();
  const secret = Buffer.from('Exif\0\0MM GPS 52.52 N', 'latin1');
  const photo = Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xe1, 0, secret.length + 2]),
    secret,
    jpeg.subarray(2),
  ]);
  await pick.setInputFiles({ name: 'gps.jpg', mimeType: 'image/jpeg', buffer: photo });
  await page.getByRole('img', { name: 'gps.jpg' }).waitFor();
  const sent = await context.request.get(
    (await page.getByRole('img', { name: 'gps.jpg' }).getAttribute('src'))!,
  );
  assert.ok((await sent.body()).equals(jpeg));
});

test('a file chosen without a network waits, is sent once when it is back, and can be given up', async ({
  shop,
}) => {
  const { page, context } = await shop.visit();
  await begin(page, 'Tom', 'Hello');
  const strip = page.locator('couture-chat .strip');
  const pick = page.locator('couture-chat-composer input[type=file]');
  const pdf = (name: string) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') });
  // The first response is lost on its way.
  let lost = 0;
  await page.route('**/attachments', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  await pick.setInputFiles(pdf('lost.pdf'));
  await strip.filter({ hasText: 'lost.pdf will be sent when you’re back online' }).waitFor();
  await page.locator('couture-message-list .document', { hasText: 'lost.pdf' }).waitFor();
  await page.unroute('**/attachments');

  await context.setOffline(true);
  await pick.setInputFiles(pdf('unwanted.pdf'));
  await strip.filter({ hasText: 'unwanted.pdf will be sent' }).waitFor();
  await pick.setInputFiles(pdf('bill.pdf'));
  await strip.getByRole('button', { name: 'Don’t send' }).click();
  await strip.filter({ hasText: 'bill.pdf will be sent' }).waitFor();
  await context.setOffline(false);
  await page.locator('couture-message-list .document', { hasText: 'bill.pdf' }).waitFor();
  await strip.waitFor({ state: 'detached' });
  const documents = await page.locator('couture-message-list .document').allInnerTexts();
  assert.equal(
    ['lost.pdf', 'unwanted.pdf', 'bill.pdf'].map(
      (name) => documents.filter((each) => each.includes(name)).length,
    ),
    [1, 0, 1],
  );
});
