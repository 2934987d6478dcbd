// Which parts of mails are files, in mails as common programs send them.
import { simpleParser } from 'mailparser';
import { assert, suite } from '../../../fixtures/suite.ts';
import { answerMail, attached, type MailPart } from '../../test-support/mail-servers.ts';
import { mailFiles } from './mail-files.ts';

const test = suite('files of mails');

function png(width: number, height: number): Buffer {
  const content = Buffer.alloc(64);
  content.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  content.writeUInt32BE(width, 16);
  content.writeUInt32BE(height, 20);
  return content;
}

const inline = (cid: string, width: number, height: number): MailPart => ({
  headers: [
    'Content-Type: image/png',
    `Content-Disposition: inline; filename="${cid}.png"`,
    `Content-ID: <${cid}>`,
  ],
  content: png(width, height),
});

const html = (content: string): MailPart => ({
  headers: ['Content-Type: text/html; charset=utf-8'],
  content,
});

async function filesOf(parts: readonly MailPart[]) {
  const source = answerMail({ to: 'a@b.example', body: 'Text', parts });
  const mail = await simpleParser(source, { skipImageLinks: true, skipTextToHtml: true, keepCidLinks: true });
  const { files, refused } = mailFiles(mail);
  return [files.map(({ name }) => name), refused.map(({ name, why }) => `${why} ${name}`)];
}

test('a logo of a signature and a tracker are no files, a screenshot within the text is one', async () => {
  const gmail = '<div>Look: <img src="cid:shot" width="562" height="316"></div>';
  const logo = '<div class="gmail_signature"><img src="cid:logo"></div>';
  assert.equal(await filesOf([html(gmail + logo), inline('shot', 1124, 632), inline('logo', 900, 900)]), [
    ['shot.png'],
    [],
  ]);
  const outlook = '<p class=MsoNormal>Bye<br><img width=200 height=80 src="cid:image001.png@01DA"></p>';
  assert.equal(await filesOf([html(outlook), inline('image001.png@01DA', 1000, 400)]), [[], []]);
  assert.equal(
    await filesOf([html('Bye <img src="cid:logo" style="width:1.5in">'), inline('logo', 2000, 2000)]),
    [[], []],
  );
  assert.equal(await filesOf([html('Hello'), { ...attached('t.gif', 'GIF89a\x01\0\x01\0', 'image/gif') }]), [
    [],
    [],
  ]);
});

test('a picture of the quoted mail is no file', async () => {
  for (const quote of [
    '<div class="gmail_quote">',
    '<blockquote type="cite">',
    '<div id="divRplyFwdMsg">',
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt">',
    '<p>– Schreib deine Antwort über diese Zeile –</p>',
  ])
    assert.equal(
      await filesOf([html(`Yes ${quote}<img src="cid:old">`), inline('old', 900, 900)]),
      [[], []],
      quote,
    );
});

test('a picture that the text does not show is a file, whatever it is declared as', async () => {
  assert.equal(await filesOf([html('Hello'), inline('photo', 40, 40)]), [['photo.png'], []]);
  assert.equal(await filesOf([inline('photo', 40, 40)]), [['photo.png'], []]);
});

test('calendars, business cards, signatures and encrypted mails', async () => {
  const part = (type: string, content = 'x'): MailPart => ({ headers: [`Content-Type: ${type}`], content });
  assert.equal(
    await filesOf([
      part('text/calendar; method=REQUEST; charset=utf-8', 'BEGIN:VCALENDAR'),
      part('text/calendar; method=REPLY', 'BEGIN:VCALENDAR'),
      part('text/x-amp-html', '<html amp4email>'),
      part('text/watch-html', '<b>x</b>'),
      part('application/pgp-signature'),
      part('application/pgp-keys'),
      attached('me.VCF', 'BEGIN:VCARD'),
      attached('smime.p7s', 'x'),
      attached('smime.p7m', 'x', 'application/pkcs7-mime; smime-type=enveloped-data'),
      attached('WINMAIL.DAT', 'x'),
      attached('notes.txt', 'x', 'text/plain'),
    ]),
    [['notes.txt'], ['unsupported invite.ics', 'encrypted smime.p7m', 'outlook WINMAIL.DAT']],
  );
});

test('odd tags and ids neither fail nor take long', async () => {
  const odd = `${'<img src="cid:x" '.repeat(30_000)} width="99999999999px${' '.repeat(50_000)}`;
  assert.equal(await filesOf([html(odd), inline('x', 0, 0), inline('$&.*', 5000, 5000)]), [['$&.*.png'], []]);
});
