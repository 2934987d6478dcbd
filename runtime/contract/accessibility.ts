// The accessibility route: the accessibility statement as data.
import { z } from 'zod';
import { route } from './route.ts';
import { locales } from './shop.ts';

/**
 * How well a criterion is met. `partly`: with the exceptions that the remark names; `not_evaluated`: nobody has checked it
 * yet.
 */
export const conformances = ['supported', 'partly', 'not_applicable', 'not_evaluated'] as const;
export type Conformance = (typeof conformances)[number];

/**
 * How a criterion was checked: with axe-core; by a test that works a page by keyboard; by a test that measures boxes; by a
 * test of how colours are made; by another automated test; by a person on the date of `by_hand`.
 */
export const checkKinds = ['axe', 'keyboard', 'geometry', 'contrast', 'behaviour', 'by_hand'] as const;
export type CheckKind = (typeof checkKinds)[number];

export const accessibilityStatement = z.object({
  /** Name of the shop. */
  shop: z.string(),
  language: z.enum(locales),
  standards: z.array(z.string()),
  /** What the statement covers, and what it does not. */
  scope: z.array(z.string()),
  /** Date of the evaluation (ISO 8601). */
  evaluated_on: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  /** Where to report barriers: an e-mail address or a URL; null if the shop has named none. */
  contact: z.string().nullable(),
  criteria: z.array(
    z.object({
      /** Number in WCAG 2.2: `1.4.3`. */
      number: z.string(),
      level: z.enum(['A', 'AA']),
      name: z.string(),
      conformance: z.enum(conformances),
      checked: z.array(z.enum(checkKinds)),
      /** The automated tests, by file of couture's repository and title. */
      tests: z.array(z.object({ file: z.string(), title: z.string() })),
      /** What a person checked, and when; null: nothing. */
      by_hand: z.object({ date: z.string(), what: z.string() }).nullable(),
      /** Exceptions, or why the criterion doesn't apply; null: none. */
      remark: z.string().nullable(),
    }),
  ),
  limitations: z.array(z.string()),
});
export type AccessibilityStatement = z.output<typeof accessibilityStatement>;

export const accessibilityRoutes = {
  read: route({
    method: 'GET',
    path: '/api/accessibility',
    summary:
      'Read the accessibility statement: for each WCAG 2.2 criterion of level A and AA, the result and the tests that show it',
    tag: 'shop',
    access: 'public',
    query: z.object({
      /** Language of the texts; what was checked by hand is in English. */
      lang: z.enum(locales).default('en'),
    }),
    answers: { 200: accessibilityStatement },
    problems: [400],
  }),
};
