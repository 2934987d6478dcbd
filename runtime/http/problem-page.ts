// A failure → a page, for people whose browser opens one: the shop's own shell, in which the app loads again by itself, or a plain
// page that reloads. Programs get the problem as JSON.
import type { Context } from 'koa';
import type { Locale } from '../contract/shop.ts';
import { escapeHtml } from '../escape-html.ts';
import { pageLanguage } from './first-paint/page-language.ts';
import { isApi } from './middleware/matched-route.ts';
import { sendSignInPage } from './page.ts';

export interface ProblemPageSettings {
  /** The document of the storefront; undefined where there is none. */
  readonly shell: string | undefined;
  /** Language of the shop; undefined: the visitor's. */
  readonly locale?: Locale | undefined;
}

/** Sends the page. @returns false if the request or the status gets no page */
export type SendProblemPage = (ctx: Context, status: number) => boolean;

/** Seconds after which a plain page loads again by itself. */
const reloadAfter = 15;

/** Pages that the app draws, and so repairs. */
const ofTheApp = /^\/(?:products?\/[^/]+|category\/[^/]+)?\/?$/;

interface Words {
  readonly title: string;
  readonly text: string;
  readonly again: string;
}

const failed: Readonly<Record<Locale, Words>> = {
  en: {
    title: 'Not available right now',
    text: 'The shop isn’t responding. This page tries again by itself.',
    again: 'Try again',
  },
  de: {
    title: 'Gerade nicht erreichbar',
    text: 'Der Shop antwortet nicht. Diese Seite versucht es von selbst erneut.',
    again: 'Erneut versuchen',
  },
  ar: {
    title: 'غير متاح حاليًا',
    text: 'لا يستجيب المتجر. ستعيد هذه الصفحة المحاولة تلقائيًا.',
    again: 'إعادة المحاولة',
  },
};

export function problemPage({ shell, locale }: ProblemPageSettings): SendProblemPage {
  return (ctx, status) => {
    if (!isOpened(ctx) || !(status === 429 || (status >= 500 && status !== 501))) return false;
    const { lang } = pageLanguage(ctx, locale);
    if (shell && ofTheApp.test(ctx.path)) {
      ctx.status = status;
      ctx.type = 'html';
      ctx.body = shell;
      return true;
    }
    const { title, text, again } = failed[lang];
    // Below a base path the browser knows more of the address than this server: it reloads its own.
    ctx.set('Refresh', String(reloadAfter));
    sendSignInPage(
      ctx,
      status,
      title,
      `<p>${escapeHtml(text)}</p>\n<p><a href="">${escapeHtml(again)}</a></p>`,
      lang,
    );
    return true;
  };
}

/** Whether a person sees the answer. */
function isOpened(ctx: Context): boolean {
  const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
  // A product or a category may have a dot in its name.
  const isPage = ofTheApp.test(ctx.path) || !/\.\w+$/.test(ctx.path);
  return reads && !isApi(ctx) && ctx.get('Accept').includes('text/html') && isPage;
}
