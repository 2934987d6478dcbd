// GET /manifest.webmanifest: the built web app manifest with the name, colour and language of this shop. Description and
// screenshots are those of the sample shop, so other shops get neither.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { directionOf } from '../contract/direction.ts';
import type { ShopIdentity } from '../shop/shop-identity.ts';
import type { Binding } from './bind.ts';

export interface ManifestSettings {
  /** Folder of the built front end. */
  readonly folder: string;
  /** Path below which the storefront runs: '' at the root of a host. */
  readonly basePath: string;
  /** Language of the shop; undefined leaves it to the browser. */
  readonly locale: string | undefined;
}

interface Shortcut {
  readonly name: string;
  readonly name_localized: Readonly<Record<string, string>>;
}

export function webManifest(
  { router }: Binding,
  { folder, basePath, locale }: ManifestSettings,
  { name, sample, color }: ShopIdentity,
): void {
  const built = readManifest(folder);
  if (built === undefined) return;
  const { description, screenshots, ...members } = built;
  const own = {
    ...members,
    name,
    short_name: name,
    ...(color ? { theme_color: color } : {}),
    ...(locale ? inLanguage(locale, members) : {}),
  };
  // All paths of the built manifest begin at the root.
  const below = (_: string, value: unknown) =>
    typeof value === 'string' && value.startsWith('/') ? basePath + value : value;
  const text = JSON.stringify(sample ? { ...own, description, screenshots } : own, below);
  const etag = `W/"${createHash('sha1').update(text).digest('base64url').slice(0, 20)}"`;
  router.get('/manifest.webmanifest', (ctx) => {
    ctx.set('Cache-Control', 'no-cache');
    ctx.set('ETag', etag);
    ctx.type = 'application/manifest+json';
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = text;
  });
}

/** The members that name something, in one language for every browser. */
function inLanguage(lang: string, { shortcuts = [] }: { shortcuts?: readonly Shortcut[] }): object {
  const named = shortcuts.map(({ name_localized: names, ...each }) => ({
    ...each,
    name: names[lang] ?? each.name,
  }));
  return { lang, dir: directionOf(lang), shortcuts: named };
}

/** Undefined if the front end is not built. */
function readManifest(folder: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'manifest.webmanifest'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
