// The bag route: a signed-in customer who asked to be reminded of the bag has it stored by the shop.
import { z } from 'zod';
import { askedId } from './product.ts';
import { route } from './route.ts';

/** The most products of a bag that are stored. */
export const maxBagItems = 50;

export const bagRoutes = {
  save: route({
    method: 'POST',
    path: '/api/bag',
    summary:
      'Store your own bag for reminders, if you asked for them and the shop sends them; an empty one is deleted',
    tag: 'push',
    access: 'signed_in',
    body: z.strictObject({
      /** The newest last. */
      items: z
        .array(z.strictObject({ product_id: askedId, quantity: z.number().int().min(1).max(999) }))
        .max(maxBagItems),
    }),
    answers: { 200: z.object({ stored: z.boolean() }) },
    problems: [400, 401, 403, 413, 415],
  }),
};
