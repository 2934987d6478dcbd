// GET /accessibility and GET /api/accessibility: the accessibility statement, as a page that needs no scripts and as data. Also
// served without the storefront, because the chat and the widgets on the shop's own pages are covered by it.
import type { Context } from 'koa';
import { type AccessibilityStatement, accessibilityRoutes as routes } from '../../contract/accessibility.ts';
import { type Locale, locales } from '../../contract/shop.ts';
import { html, type Markup } from '../../escape-html.ts';
import { accessibilityStatement } from '../accessibility/statement.ts';
import { type StatementWords, statementWords } from '../accessibility/statement-words.ts';
import { type Binding, bind } from '../bind.ts';
import { pageLanguage } from '../first-paint/page-language.ts';
import { sendDocument } from '../page.ts';

export interface AccessibilityParts {
  readonly name: string;
  /** E-mail address or URL for reports of barriers. */
  readonly contact: string | undefined;
  readonly legalText: string | null;
  readonly locale: Locale | undefined;
  readonly basePath: string;
  /** Where the page leads back to; undefined: the shop's pages are elsewhere, at an unknown address. */
  readonly shopPage: string | undefined;
}

const languages: Readonly<Record<Locale, string>> = { en: 'English', de: 'Deutsch', ar: 'العربية' };

export function accessibility(binding: Binding, parts: AccessibilityParts): void {
  bind(binding, routes.read, ({ query }) => accessibilityStatement(parts, query.lang));
  binding.router.get('/accessibility', (ctx: Context) => {
    const asked = locales.find((each) => each === ctx.query.lang);
    const { lang, format } = pageLanguage(ctx, asked ?? parts.locale);
    const statement = accessibilityStatement(parts, lang);
    const { title } = statementWords[lang];
    sendDocument(
      ctx,
      { lang, title: `${title} · ${parts.name}`, heading: title },
      main(statement, format, parts),
    );
  });
}

/** @param format BCP 47 tag that dates and numbers follow */
function main(statement: AccessibilityStatement, format: string, parts: AccessibilityParts): Markup {
  const { language, shop, evaluated_on: evaluatedOn, criteria } = statement;
  const words = statementWords[language];
  const date = new Intl.DateTimeFormat(format, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(evaluatedOn),
  );
  const count = (value: number) => value.toLocaleString(format);
  const results = Object.entries(words.conformance).map(
    ([key, label]) => [label, criteria.filter(({ conformance }) => conformance === key).length] as const,
  );
  return html`<p>${words.intro(shop)}</p>
<nav aria-label="${words.languages}"><p>${Object.entries(languages).map(([lang, name]) =>
    lang === language
      ? html`<b>${name}</b> `
      : html`<a href="?lang=${lang}" lang="${lang}" hreflang="${lang}">${name}</a> `,
  )}</p></nav>
<h2>${words.scopeTitle}</h2>
${statement.scope.map((each) => html`<p>${each}</p>`)}
<h2>${words.standardTitle}</h2>
<p>${words.standard}</p>
<h2>${words.summaryTitle}</h2>
<p>${results.flatMap(([label, number]) => (number > 0 ? [html`${label}: <b>${count(number)}</b><br>`] : []))}</p>
<p>${words.evaluated(date)}</p>
<h2>${words.contactTitle}</h2>
${contact(parts, words)}
<h2>${words.limitationsTitle}</h2>
<ul>${statement.limitations.map((each) => html`<li>${each}</li>`)}</ul>
<h2>${words.criteriaTitle}</h2>
${words.principles.map(
  (principle, at) => html`<h3>${principle}</h3>
<ul class="cards">${criteria.filter(({ number }) => number.startsWith(`${at + 1}.`)).map((each) => card(each, words))}</ul>`,
)}
<p><a href="${parts.basePath}/api/accessibility?lang=${language}">${words.dataTitle}</a></p>
${parts.shopPage && html`<p><a href="${parts.shopPage}">${words.back}</a></p>`}`;
}

function contact({ name, contact: address, legalText }: AccessibilityParts, words: StatementWords): Markup {
  if (address === undefined) return html`<p>${words.noContact}</p>${legalText && html`<p>${legalText}</p>`}`;
  const href = /^https?:/i.test(address) ? address : `mailto:${address}`;
  return html`<p>${words.contact(name)} <a href="${href}" dir="ltr">${address}</a></p>`;
}

function card(each: AccessibilityStatement['criteria'][number], words: StatementWords): Markup {
  const kinds = each.checked.map((kind) => words.checked[kind]).join(' · ');
  return html`<li><b><bdi>${each.number}</bdi> ${each.name}</b>
<span>${words.conformance[each.conformance]} · ${words.level(each.level)}</span>
${kinds && html`<small>${words.checkedBy} ${kinds}</small>`}${each.remark && html`<small>${each.remark}</small>`}</li>
`;
}
