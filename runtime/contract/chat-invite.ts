// The routes for invitations: rules by which the chat offers its help, and one showing of one of them. The browser decides
// whether a rule fits, so that neither its page nor its cart is sent; the server decides whether anybody is invited.
import { z } from 'zod';
import { languageTag } from './chat-message.ts';
import { route } from './route.ts';
import { isStorable, isVisible, plainText } from './text.ts';

/** Id of a rule, as `couture chat invites` shows it. */
export const inviteId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'expected the id of an invitation, such as sizes');

export const maxInviteLength = 160;

/** The one place where the values of rules are checked; `couture chat invites` and the console use it. */
export const inviteValues = {
  /** Path of the page; `*` is any text. */
  path: z.string().regex(/^\/[^\s?#]{0,199}$/, 'expected a path such as /product/*'),
  /** Seconds without a key, touch or scroll. */
  idle: z.number().int().min(5).max(3_600),
  /** Value of the cart in the shop's currency. */
  cart: z.number().positive().max(999_999_999),
  /** Share of the visitors who get no invitation, to compare with. */
  holdout: z.number().min(0).max(0.9),
  language: z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/, 'expected a language such as en or de-at'),
  text: z
    .string()
    .overwrite((text) => plainText(text).trim())
    .refine(
      (text) =>
        isVisible(text) && isStorable(text) && !/[\n\t]/.test(text) && [...text].length <= maxInviteLength,
      `expected one line of at most ${maxInviteLength} characters`,
    ),
} as const;

/** Languages of one rule. */
const maxTexts = 20;

const ruleBody = z.strictObject({
  enabled: z.boolean(),
  path: inviteValues.path,
  idle: inviteValues.idle,
  /** Null: any cart. */
  min_cart: inviteValues.cart.nullable(),
  /** Only for visitors who were here before. */
  returning: z.boolean(),
  /** The team that answers; null: any agent. */
  team: z.string().max(40).nullable(),
  holdout: inviteValues.holdout,
  /** Language, such as `de`, → text. */
  texts: z
    .record(inviteValues.language, inviteValues.text)
    .refine((texts) => Object.keys(texts).length > 0, 'expected a text in at least one language')
    .refine((texts) => Object.keys(texts).length <= maxTexts, `expected at most ${maxTexts} languages`),
});
export type InviteRuleBody = z.output<typeof ruleBody>;

const inviteRule = z
  .object({
    id: inviteId,
    ...ruleBody.shape,
    /** What it did so far, within the time for which invitations are kept. */
    achieved: z.object({
      /** Visitors who saw it. */
      invited: z.number().int(),
      /** Those of them who opened the chat from it. */
      opened: z.number().int(),
      /** Visitors of the control group at the same moment. */
      held_out: z.number().int(),
    }),
  })
  .meta({ id: 'ChatInviteRule' });
export type WireInviteRule = z.output<typeof inviteRule>;

const armFigures = z.object({
  visitors: z.number().int(),
  buyers: z.number().int(),
  orders: z.number().int(),
  revenue: z.number(),
});

const ratioEffect = z.object({
  /** Of those who were invited, and of the control group; null where there is nothing to divide by. */
  group: z.number().nullable(),
  control: z.number().nullable(),
  /** group / control − 1, with its 95 % confidence interval; null unless both ratios are above 0. */
  relative: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Whether the interval excludes zero. */
  significant: z.boolean(),
  /** Further visitors, in both groups together, until the effect `detect` would be significant. */
  still_needed: z.number().int().nullable(),
});

const inviteLift = z
  .object({
    id: inviteId,
    /** Visitors, or customers where known, and their orders within the window. */
    invited: armFigures,
    held_out: armFigures,
    left_out: z.object({
      /** Invited less than the window ago. */
      too_recent: z.number().int(),
      /** In both groups. */
      both: z.number().int(),
    }),
    /** Share who ordered, and revenue per visitor; null without both groups. */
    conversion: ratioEffect.nullable(),
    revenue_per_visitor: ratioEffect.nullable(),
  })
  .meta({ id: 'ChatInviteLift' });
export type WireInviteLift = z.output<typeof inviteLift>;

const inviteLifts = z.object({
  /** Days of invitations, up to now. */
  days: z.number().int(),
  /** Days after an invitation in which orders count. */
  window_days: z.number().int(),
  /** The effect, relative, for which `still_needed` is. */
  detect: z.number(),
  lifts: z.array(inviteLift),
});
export type WireInviteLifts = z.output<typeof inviteLifts>;

const chatInvite = z
  .object({
    id: inviteId,
    /** Path of the page; `*` is any text. */
    path: z.string(),
    /** Seconds without a key, touch or scroll. */
    idle: z.number().int(),
    /** Minimum value of the cart in the shop's currency; null: any. */
    min_cart: z.number().nullable(),
    /** Only for visitors who were here before. */
    returning: z.boolean(),
    /** The team that answers; null: any agent. */
    team: z.string().nullable(),
    /** In the asked language, or else in that of the shop, in English, or in any. */
    text: z.string(),
    /** Language of the text. */
    lang: z.string(),
  })
  .meta({ id: 'ChatInvite' });
export type WireInvite = z.output<typeof chatInvite>;

const params = z.object({ id: inviteId });
const shared = { tag: 'chat', access: 'welcome', params } as const;
const admin = { tag: 'chat console', access: 'admin' } as const;
const headers = z.object({
  /**
   * The id with which the browser asks for lists. Without one, and with Sec-GPC or DNT, nobody is invited and nothing is
   * stored.
   */
  'x-couture-visitor': z.string().max(200).optional(),
});

export const chatInviteRoutes = {
  list: route({
    method: 'GET',
    path: '/api/chat-invites',
    summary: 'List the rules by which the chat invites shoppers; empty unless the shop made any',
    tag: 'chat',
    access: 'public',
    query: z.object({
      /** Language of the texts. */
      locale: languageTag.optional(),
    }),
    answers: { 200: z.object({ invites: z.array(chatInvite) }) },
    problems: [400],
  }),
  show: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-invites/:id/showings',
    summary:
      'Ask whether to show an invitation now: once per visitor and week, while agents are free, and not to the control group',
    headers,
    answers: {
      200: z.object({
        show: z.boolean(),
        /** Seconds after which asking again makes sense. */
        retry_after: z.number().int(),
      }),
    },
    problems: [400, 401, 403, 404],
  }),
  opened: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-invites/:id/opened',
    summary: 'Report that the visitor opened the chat from an invitation',
    headers,
    answers: { 204: null },
    problems: [400, 401, 403],
  }),
  rules: route({
    ...admin,
    method: 'GET',
    path: '/api/chat-invite-rules',
    summary:
      'List the rules by which the chat invites shoppers, those that are off included, and what they achieved',
    answers: { 200: z.object({ rules: z.array(inviteRule) }) },
    problems: [401, 403],
  }),
  lifts: route({
    ...admin,
    method: 'GET',
    path: '/api/chat-invite-lifts',
    summary: 'Compare the orders of those whom each rule invited with those of its control group',
    answers: { 200: inviteLifts },
    problems: [401, 403],
  }),
  create: route({
    ...admin,
    method: 'POST',
    path: '/api/chat-invite-rules',
    summary: 'Create a rule by which the chat invites shoppers',
    body: ruleBody.extend({ id: inviteId }),
    answers: { 201: inviteRule },
    problems: [400, 401, 403, 409, 413, 415],
  }),
  change: route({
    ...admin,
    method: 'POST',
    path: '/api/chat-invite-rules/:id',
    summary: 'Replace the values and texts of a rule',
    params,
    body: ruleBody,
    answers: { 200: inviteRule },
    problems: [400, 401, 403, 404, 413, 415],
  }),
  remove: route({
    ...admin,
    method: 'DELETE',
    path: '/api/chat-invite-rules/:id',
    summary: 'Remove a rule; reports keep what it achieved',
    params,
    answers: { 204: null },
    problems: [400, 401, 403, 404],
  }),
};
