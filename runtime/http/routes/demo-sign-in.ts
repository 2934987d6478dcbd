// GET and POST /demo/sign-in, only in the demo of the sample shop and for browsers on this machine: a page to choose an
// account, instead of the shop's login.
import bodyParser from '@koa/bodyparser';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { type DemoCustomer, demoCustomers, namedCustomers } from '../../../sql/store/sample/demo-people.ts';
import { canonicalId } from '../../../sql/store/shop/shop-products.ts';
import type { DemoLogin } from '../../auth/demo-login.ts';
import { refuseForgery } from '../../auth/identify.ts';
import { isLocalRequest } from '../../auth/local-request.ts';
import { requestOrigin } from '../../auth/own-origin.ts';
import { type Role, roles } from '../../auth/principal.ts';
import { type CookieSettings, setCookie } from '../../auth/session-cookie.ts';
import { CoutureError } from '../../core/errors.ts';
import { escapeHtml } from '../../escape-html.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { Binding } from '../bind.ts';
import { sendSignInPage } from '../page.ts';
import { pathOf } from './sign-in.ts';

export interface DemoParts {
  readonly storefront: Pick<Storefront, 'pool' | 'ids' | 'served'>;
  readonly cookie: CookieSettings;
  readonly login: DemoLogin;
  /** Path to which signing in leads. */
  readonly frontPage: string;
  /** Path to which it leads the staff. */
  readonly console: string;
  /** Path of the page with every widget in every state; undefined where it is not served. */
  readonly stories?: string | undefined;
  /** Path of the page that says how to embed the widgets. */
  readonly embed: string;
}

export const demoSignInPath = '/demo/sign-in';
const customersShown = 12;
/** In seconds: a working day. */
const lifetime = 8 * 3_600;

const staff = [
  { sub: 'staff', name: 'Sam Staff', role: 'staff' },
  { sub: 'admin', name: 'Ada Admin', role: 'admin' },
] as const;

const choice = z.object({
  sub: z.union([z.string().min(1).max(200), z.number().int()]).transform(String),
  role: z.enum(roles).default('customer'),
});

export function demoSignIn({ router }: Pick<Binding, 'router'>, parts: DemoParts): void {
  router.get(demoSignInPath, async (ctx) => {
    refuseRemote(ctx);
    ctx.set('Cache-Control', 'no-store');
    sendPeople(ctx, await customersOf(parts.storefront), parts);
  });
  router.post(demoSignInPath, async (ctx) => {
    refuseRemote(ctx);
    refuseForgery(ctx, parts.cookie);
    const person = await personOf(await readChoice(ctx), parts.storefront);
    ctx.state.sub = person.sub;
    const token = await parts.login.sign({ ...person, lifetime });
    setCookie(ctx, parts.cookie, token, Date.now() + lifetime * 1_000);
    ctx.set('Cache-Control', 'no-store');
    const to = person.roles.includes('customer') ? parts.frontPage : parts.console;
    // The form posts to the address of the page, with its query.
    ctx.redirect(pathOf(ctx.query.to, requestOrigin(ctx, undefined), to));
    ctx.status = 303;
  });
}

/** @throws CoutureError `not_found`, as for any missing page */
function refuseRemote(ctx: Context): void {
  if (!isLocalRequest(ctx.req)) throw new CoutureError('not_found', `Nothing found at ${ctx.path}`);
}

async function customersOf({ pool, ids, served }: DemoParts['storefront']): Promise<DemoCustomer[]> {
  const build = served.known.lists?.build;
  return build === undefined ? [] : demoCustomers(pool, ids.customer, build, customersShown);
}

async function readChoice(ctx: Context): Promise<z.output<typeof choice>> {
  await parseBody(ctx as Parameters<typeof parseBody>[0], (async () => {}) as Next);
  const parsed = choice.safeParse((ctx.request as unknown as { body?: unknown }).body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CoutureError(
    'bad_request',
    `Invalid request: body.${issue!.path.join('.')}: ${issue!.message}`,
    'Send sub (the id of a customer) and role.',
  );
}

const parseBody = bodyParser({
  enableTypes: ['json', 'form'],
  jsonLimit: 4_096,
  formLimit: 4_096,
  onError: (cause) => {
    throw new CoutureError('bad_request', `The request body cannot be parsed: ${cause.message}`, '', {
      cause,
    });
  },
});

interface Person {
  readonly sub: string;
  readonly roles: readonly Role[];
  readonly name?: string;
  readonly email?: string;
}

/** The chosen account with its name in the shop; accepts any customer id, even if the page does not list it. */
async function personOf(
  { sub, role }: z.output<typeof choice>,
  { pool, ids }: DemoParts['storefront'],
): Promise<Person> {
  if (role !== 'customer') {
    const known = staff.find((person) => person.sub === sub);
    return { sub, roles: [role], ...(known ? { name: known.name } : {}) };
  }
  const id = canonicalId(ids.customer, sub);
  if (id === undefined) {
    throw new CoutureError(
      'bad_request',
      `sub is ${JSON.stringify(sub.slice(0, 60))}, which is not a valid customer id of this shop`,
      `Its customer ids are of type ${ids.customer}.`,
    );
  }
  const [named] = await namedCustomers(pool, ids.customer, [id]);
  return {
    sub: id,
    roles: ['customer'],
    ...(named?.name ? { name: named.name } : {}),
    ...(named?.email ? { email: named.email } : {}),
  };
}

function sendPeople(ctx: Context, customers: readonly DemoCustomer[], parts: DemoParts): void {
  const people = customers.map(({ id, name, email }) =>
    entry(id, 'customer', name ?? `Customer ${id}`, email ?? ''),
  );
  sendSignInPage(
    ctx,
    200,
    'Sign in to the demo',
    `<p>Choose an account. You get back to the page that you came from. This page exists only in the demo; a real shop has its own login.</p>
<h2>Customers with personalized recommendations</h2>
${people.length > 0 ? list(people) : '<p>No recommendations are published yet. Run <code>couture recs build</code>.</p>'}
<h2>Another customer</h2>
<form method="post">
<p><label for="sub">Customer id</label> <input id="sub" name="sub" required maxlength="200" autocomplete="off">
<button type="submit" name="role" value="customer">Sign in</button></p>
</form>
<h2>Staff</h2>
<p>They answer chats in the console.</p>
${list(staff.map(({ sub, role, name }) => entry(sub, role, `${name}, ${role}`)))}
<h2>Look around</h2>
${list(doorsOf(parts))}
<p>Reports are commands: <code>couture recs report</code> shows what recommendations sell, <code>couture recs evaluate</code>
how good they are.</p>`,
  );
}

function doorsOf({ frontPage, console, stories, embed }: DemoParts): readonly string[] {
  const doors = [
    [frontPage, 'The shop', 'as a guest'],
    [console, 'The console', 'for staff'],
    [embed, 'Embed the widgets', 'the lines for your own pages, with a preview'],
    ...(stories ? ([[stories, 'The widgets', 'each in every state']] as const) : []),
  ] as const;
  return doors.map(
    ([href, name, words]) => `<a class="door" href="${escapeHtml(href)}">${name}<small>${words}</small></a>`,
  );
}

function list(entries: readonly string[]): string {
  return `<ul>\n${entries.map((each) => `<li>${each}</li>`).join('\n')}\n</ul>`;
}

/** A form with one button, which works without scripts. */
function entry(sub: string, role: Role, label: string, more = ''): string {
  const small = more ? `<small>${escapeHtml(more)}</small>` : '';
  return `<form method="post"><input type="hidden" name="sub" value="${escapeHtml(sub)}">\
<button type="submit" name="role" value="${role}">Sign in as ${escapeHtml(label)}${small}</button></form>`;
}
