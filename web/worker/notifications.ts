// Push message → notification, whatever arrives: browsers require that one is shown, and anybody who knows the endpoint can
// send one. Pure functions, so tests need no browser.

import { urlOf } from '../api/url-of.ts';
import type { KnownShop } from './known-shop.ts';

/** A button; browsers that show none ignore it. */
interface Action {
  readonly action: string;
  readonly title: string;
}

export interface Shown {
  readonly title: string;
  readonly options: NotificationOptions & {
    readonly data: NotificationData;
    readonly image?: string;
    readonly actions?: readonly Action[];
  };
  /** Number on the icon of the installed shop; undefined leaves it unchanged. */
  readonly badge: number | undefined;
}

export interface NotificationData {
  /** A path of this origin, or a page of the shop. */
  readonly url: string;
  readonly beacon?: string;
  /** Button → the page that it opens. */
  readonly actions?: Readonly<Record<string, string>>;
}

const longest = { title: 120, body: 500, tag: 64, beacon: 100, action: 40 };
/** No browser shows more buttons. */
const maxActions = 2;

/** The addresses of the page that a message without one opens, and of its icon; '' is the browser's. */
export interface Defaults {
  readonly page: string;
  readonly icon: string;
}

/**
 * @param text of the push message; null or broken: a plain notification
 * @param origin of this worker
 */
export function notificationOf(
  text: string | null,
  origin: string,
  shop: KnownShop,
  defaults: Defaults,
): Shown {
  const { notification, app_badge } = membersOf(parsed(text));
  const {
    title,
    body,
    lang,
    dir,
    navigate,
    icon,
    image,
    tag,
    data,
    actions: buttons,
    app_badge: inner,
  } = membersOf(notification);
  const beacon = words(membersOf(data).beacon, longest.beacon);
  const badge = Number(app_badge ?? inner ?? Number.NaN);
  const name = words(tag, longest.tag);
  const picture = linkOf(icon, origin, shop) ?? defaults.icon;
  const large = linkOf(image, origin, shop) ?? pictureElsewhere(image);
  const { actions, pages } = actionsOf(buttons, origin, shop);
  return {
    title: words(title, longest.title) ?? shop.name,
    options: {
      body: words(body, longest.body) ?? '',
      ...(typeof lang === 'string' && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(lang) ? { lang } : {}),
      ...(dir === 'rtl' || dir === 'ltr' ? { dir } : {}),
      ...(picture ? { icon: picture } : {}),
      ...(large ? { image: large } : {}),
      ...(defaults.icon ? { badge: defaults.icon } : {}),
      ...(name ? { tag: name } : {}),
      ...(actions.length > 0 ? { actions } : {}),
      data: {
        url: linkOf(navigate, origin, shop) ?? defaults.page,
        ...(beacon ? { beacon } : {}),
        ...(actions.length > 0 ? { actions: pages } : {}),
      },
    },
    badge: Number.isInteger(badge) && badge >= 0 && badge < 10_000 ? badge : undefined,
  };
}

/** Buttons with a title and a page of the shop, and these pages. */
function actionsOf(given: unknown, origin: string, shop: KnownShop) {
  const actions: Action[] = [];
  const pages: Record<string, string> = {};
  for (const each of Array.isArray(given) ? given.slice(0, maxActions) : []) {
    const { title, navigate } = membersOf(each);
    const [shown, page] = [words(title, longest.action), linkOf(navigate, origin, shop)];
    if (shown === undefined || page === undefined) continue;
    const action = String(actions.length + 1);
    actions.push({ action, title: shown });
    pages[action] = page;
  }
  return { actions, pages };
}

/** A path of this origin, or a URL of the shop; undefined for any other. */
export function linkOf(value: unknown, origin: string, shop: Pick<KnownShop, 'origin'>): string | undefined {
  const path = ownPath(value, origin);
  if (path !== undefined || shop.origin === undefined) return path;
  const away = ownPath(value, shop.origin);
  return away === undefined ? undefined : shop.origin + away;
}

/** The path of a URL of this origin; undefined for any other, and for an invalid URL. */
export function ownPath(value: unknown, origin: string): string | undefined {
  const url = typeof value === 'string' && value.length <= 1_000 ? urlOf(value, origin) : undefined;
  if (!url) return undefined;
  // A blob: URL has the origin of the page that made it.
  const isPage = url.origin === origin && url.href.startsWith(origin);
  return isPage ? url.pathname + url.search + url.hash : undefined;
}

/** Shops keep pictures of products on other hosts. */
function pictureElsewhere(value: unknown): string | undefined {
  const url = typeof value === 'string' && value.length <= 1_000 ? urlOf(value) : undefined;
  return url?.protocol === 'https:' ? url.href : undefined;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function words(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim().slice(0, most);
  return text === '' ? undefined : text;
}
