// GET /api/chat-mail/return, /file and /unsubscribe: the links in the chat's mails. Mail programs open links to check them,
// so that following one changes nothing but who may see the chat; unsubscribing takes a press of a button, or the one-click
// request of RFC 8058. The pages are in the language of the chat's shopper, and without scripts.
import type { Context } from 'koa';
import { html, type Markup } from '../../escape-html.ts';
import type { Binding } from '../bind.ts';
import { sendSignInPage } from '../page.ts';

/** What the links do; the chat provides it. */
export interface MailLinks {
  follow(
    ctx: Context,
    token: string,
    byCookie: boolean,
  ): Promise<{ readonly sessionId: string; readonly secret?: string } | undefined>;
  /** @returns a file for the body; null if the client has gone, undefined if the link opens none */
  file(ctx: Context, token: string): Promise<Buffer | null | undefined>;
  unsubscribe(token: string): Promise<boolean>;
  /** The words of the pages, in the language of the link's chat. */
  words(token: string): Promise<{ readonly lang: string; readonly pages: LinkPageWords }>;
}

type LinkPageWords = Readonly<
  Record<'title' | 'press' | 'unsubscribed' | 'noMore' | 'expired' | 'instead', string>
>;

export interface ChatMailPageParts {
  readonly mail: MailLinks;
  /** The page that opens the chat: a path of this host, or a URL of the shop. */
  readonly chatPage: string;
}

const returnPath = '/api/chat-mail/return';
const filePath = '/api/chat-mail/file';
const unsubscribePath = '/api/chat-mail/unsubscribe';

export function chatMailPages(
  { router }: Pick<Binding, 'router'>,
  { mail, chatPage }: ChatMailPageParts,
): void {
  router.get(returnPath, async (ctx) => {
    const byCookie = !/^https?:/.test(chatPage);
    const chat = await mail.follow(ctx, tokenOf(ctx), byCookie);
    if (!chat) return expired(ctx, mail);
    ctx.set('Cache-Control', 'no-store');
    // In the fragment, which no server and no log sees.
    const secret = chat.secret === undefined ? '' : `.${chat.secret}`;
    ctx.redirect(`${chatPage}#couture-chat=${chat.sessionId}${secret}`);
    ctx.status = 303;
  });
  router.get(filePath, async (ctx) => {
    // The address is the credential: no other site, search engine or cache may learn it.
    ctx.set('Cache-Control', 'private, no-store');
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.set('X-Robots-Tag', 'noindex');
    const content = await mail.file(ctx, tokenOf(ctx));
    if (content === undefined) return expired(ctx, mail);
    if (content !== null) ctx.body = content;
  });
  router.get(unsubscribePath, async (ctx) => {
    const { lang, pages } = await mail.words(tokenOf(ctx));
    const form = html`<form method="post" action="?token=${encodeURIComponent(tokenOf(ctx))}"><p><button type="submit">${pages.press}</button></p></form>`;
    sendLinkPage(ctx, 200, lang, pages.title, form);
  });
  router.post(unsubscribePath, async (ctx) => {
    if (!(await mail.unsubscribe(tokenOf(ctx)))) return expired(ctx, mail);
    const { lang, pages } = await mail.words(tokenOf(ctx));
    sendLinkPage(ctx, 200, lang, pages.unsubscribed, html`<p>${pages.noMore}</p>`);
  });
}

function tokenOf(ctx: Context): string {
  return typeof ctx.query.token === 'string' ? ctx.query.token.slice(0, 200) : '';
}

async function expired(ctx: Context, mail: MailLinks): Promise<void> {
  const { lang, pages } = await mail.words(tokenOf(ctx));
  sendLinkPage(ctx, 404, lang, pages.expired, html`<p>${pages.instead}</p>`);
}

function sendLinkPage(ctx: Context, status: number, lang: string, title: string, main: Markup): void {
  ctx.set('Cache-Control', 'no-store');
  sendSignInPage(ctx, status, title, main.text, lang);
}
