// The list of a customer in newsletters: read by the newsletter tool, with a signed link in place of a sign-in.
import { z } from 'zod';
import { productCard } from './product.ts';
import { queryInteger, route } from './route.ts';
import { locales } from './shop.ts';

/** Most products of a list in a newsletter. */
export const maxMailProducts = 12;

export const mailProduct = z
  .object({
    ...productCard.shape,
    /** The link for the newsletter: it leads to the product's page, and counts the click if the customer has not objected. */
    link: z.string(),
    /** The price to pay, in words of the language: "€89.95". */
    price_text: z.string(),
    /** The price before the sale; null if the product is not on sale. */
    former_price_text: z.string().nullable(),
  })
  .meta({ id: 'MailProduct' });
export type MailProduct = z.output<typeof mailProduct>;

export const mailListQuery = z.object({
  limit: queryInteger(1, maxMailProducts, 4),
  /** Language of the prices; default: the shop's. */
  lang: z.enum(locales).optional(),
});

export const mailListRoutes = {
  read: route({
    method: 'GET',
    path: '/api/mail-lists/:token',
    summary:
      'List products for the customer of a signed link, as they can be bought now; for newsletter tools',
    tag: 'recommendations',
    access: 'public',
    params: z.object({ token: z.string().max(1_100) }),
    query: mailListQuery,
    answers: {
      200: z.object({
        /** With whole URLs; all in stock. */
        products: z.array(mailProduct),
        /** When the link expires. */
        expires_at: z.iso.datetime(),
      }),
    },
    problems: [400, 404],
  }),
};
