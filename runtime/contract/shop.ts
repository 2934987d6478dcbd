// The shop route: what a front end must know about a shop before it renders.
import { z } from 'zod';
import { route } from './route.ts';

/** The languages of the storefront and the widgets. */
export const locales = ['en', 'de', 'ar'] as const;
export type Locale = (typeof locales)[number];

/** The shop's look and legal words; null and empty: couture's own. */
export const shopBrand = z.object({
  /** URL of the logo that takes the place of the name in the header. */
  logo_url: z.string().nullable(),
  /** CSS font families. */
  font_family: z.string().nullable(),
  legal_text: z.string().nullable(),
  /** Links of the footer. */
  links: z.array(z.object({ label: z.string(), url: z.string() })),
  /**
   * Shades of the shop's colour for light and dark pages, the colour itself for buttons, and colours of text on them; each pair
   * has a contrast of at least 4.5:1.
   */
  colors: z
    .object({
      light: z.string(),
      dark: z.string(),
      on_light: z.string(),
      on_dark: z.string(),
      fill: z.string(),
      on_fill: z.string(),
    })
    .nullable(),
});
export type ShopBrand = z.output<typeof shopBrand>;

export const shopFacts = z.object({
  /** Name of the shop. */
  name: z.string(),
  /** Whether this is couture's sample shop, which delivers nothing. */
  sample: z.boolean(),
  /** URL of the shop; null when couture's storefront is the shop. */
  url: z.string().nullable(),
  /** Currency of all prices (ISO 4217). */
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Language of the storefront until a visitor chooses another; null: that of the browser. */
  locale: z.enum(locales).nullable(),
  /** Whether POST /api/orders accepts orders. Only the sample shop does; a real shop has its own checkout. */
  checkout: z.boolean(),
  /**
   * URL pattern of the shop's checkout, with `{items}` for `id:quantity,id:quantity`, or `{ids}`, `{quantities}` and
   * `{json}`; null if it accepts no carts.
   */
  checkout_url: z.string().nullable(),
  /** URL of the sign-in page; null if not configured. */
  sign_in_url: z.string().nullable(),
  brand: shopBrand,
  /** Whether the chat invites shoppers by rules: GET /api/chat-invites. */
  chat_invites: z.boolean(),
});
export type ShopFacts = z.output<typeof shopFacts>;

export const shopRoutes = {
  read: route({
    method: 'GET',
    path: '/api/shop',
    summary: 'Read the shop’s name, URL, currency, language, checkout, sign-in page and brand',
    tag: 'shop',
    access: 'public',
    answers: { 200: shopFacts, 304: null },
  }),
};
