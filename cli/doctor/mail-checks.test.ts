// `couture doctor` on the settings of e-mail, with real servers on this machine.
import { assert, suite } from '../../fixtures/suite.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { mailServers } from '../../runtime/test-support/mail-servers.ts';
import { checkMail } from './mail-checks.ts';

const test = suite('doctor: e-mail');

const complete = {
  mailFrom: 'The Shop <chat@shop.example>',
  mailReplyTo: 'chat+{token}@shop.example',
  publicUrl: 'https://shop.example',
};
const check = async (flags: Record<string, unknown>) =>
  (await checkMail(loadConfig({ directory: '/', env: {}, flags }).config)).map(({ name, state, detail }) => [
    name,
    state,
    detail,
  ]);

test('nothing is checked without settings, and missing settings are named', async () => {
  assert.equal(await check({}), []);
  const smtpUrl = 'smtp://127.0.0.1:1';
  assert.equal(await check({ smtpUrl }), [
    ['mail', 'fail', 'COUTURE_SMTP_URL is set without COUTURE_MAIL_FROM'],
  ]);
  assert.equal(
    await check({ smtpUrl, ...complete, mailReplyTo: undefined, imapUrl: 'imap://a:b@127.0.0.1:1' }),
    [['mail', 'fail', 'COUTURE_IMAP_URL is set without COUTURE_MAIL_REPLY_TO']],
  );
  assert.equal(await check({ imapUrl: 'imap://a:b@127.0.0.1:1' }), [
    ['mail', 'fail', 'COUTURE_IMAP_URL is set without COUTURE_SMTP_URL'],
  ]);
});

test('servers that answer pass; one that does not, a wrong password and a missing mailbox fail', async () => {
  const servers = await mailServers();
  try {
    const { smtpUrl, imapUrl } = servers;
    const states = async (flags: Record<string, unknown>) =>
      (await check({ ...complete, ...flags })).map(([name, state]) => `${name} ${state}`);
    assert.equal(await states({ smtpUrl, imapUrl }), ['mail out ok', 'mail in ok']);
    assert.equal(await states({ smtpUrl: 'smtp://127.0.0.1:1', imapUrl }), ['mail out fail', 'mail in ok']);
    assert.equal(await states({ smtpUrl, imapUrl: imapUrl.replace('testpass', 'wrong') }), [
      'mail out ok',
      'mail in fail',
    ]);
    assert.equal(await states({ smtpUrl, imapUrl: imapUrl.replace('INBOX', 'Support') }), [
      'mail out ok',
      'mail in fail',
    ]);
  } finally {
    await servers.close();
  }
});
