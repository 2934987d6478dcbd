// GET /api/chat-mail/return and /api/chat-mail/unsubscribe: the links in the chat's mails. Mail programs open links to check
// them, so that following one changes nothing but who may see the chat; unsubscribing takes a press of a button, or the
// one-click request of RFC 8058.
import type { Context } from 'koa';
import { escapeHtml } from '../../escape-html.ts';
import type { Binding } from '../bind.ts';
import { sendSignInPage } from '../page.ts';

/** What the links do; the chat provides it. */
export interface MailLinks {
  follow(
    ctx: Context,
    token: string,
    byCookie: boolean,
  ): Promise<{ readonly sessionId: string; readonly secret?: string } | undefined>;
  unsubscribe(token: string): Promise<boolean>;
}

export interface ChatMailPageParts {
  readonly mail: MailLinks;
  /** The page that opens the chat: a path of this host, or a URL of the shop. */
  readonly chatPage: string;
}

const returnPath = '/api/chat-mail/return';
const unsubscribePath = '/api/chat-mail/unsubscribe';

export function chatMailPages(
  { router }: Pick<Binding, 'router'>,
  { mail, chatPage }: ChatMailPageParts,
): void {
  router.get(returnPath, async (ctx) => {
    const byCookie = !/^https?:/.test(chatPage);
    const chat = await mail.follow(ctx, tokenOf(ctx), byCookie);
    if (!chat) return expired(ctx);
    ctx.set('Cache-Control', 'no-store');
    // In the fragment, which no server and no log sees.
    const secret = chat.secret === undefined ? '' : `.${chat.secret}`;
    ctx.redirect(`${chatPage}#couture-chat=${chat.sessionId}${secret}`);
    ctx.status = 303;
  });
  router.get(unsubscribePath, (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    sendSignInPage(
      ctx,
      200,
      'Emails about this chat',
      `<form method="post" action="?token=${escapeHtml(encodeURIComponent(tokenOf(ctx)))}"><p><button type="submit">Unsubscribe</button></p></form>`,
    );
  });
  router.post(unsubscribePath, async (ctx) => {
    if (!(await mail.unsubscribe(tokenOf(ctx)))) return expired(ctx);
    ctx.set('Cache-Control', 'no-store');
    sendSignInPage(ctx, 200, 'Unsubscribed', '<p>You’ll get no more emails about this chat.</p>');
  });
}

function tokenOf(ctx: Context): string {
  return typeof ctx.query.token === 'string' ? ctx.query.token.slice(0, 200) : '';
}

function expired(ctx: Context): void {
  ctx.set('Cache-Control', 'no-store');
  sendSignInPage(
    ctx,
    404,
    'This link has expired',
    '<p>Reply to the latest email, or start a new chat in the shop.</p>',
  );
}
