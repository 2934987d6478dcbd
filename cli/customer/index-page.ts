// The readable index of an export: chats as transcripts, everything else as tables.
import { transcriptOf } from '../../runtime/chat/routes/transcript.ts';
import { escapeHtml } from '../../runtime/escape-html.ts';
import type { MessageRow } from '../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../sql/store/chat/sessions.ts';
import type { PersonData } from '../../sql/store/person/person-data.ts';
import type { ShopHoldings } from '../../sql/store/person/shop-holdings.ts';
import { htmlTable, page, type Section } from '../page/page.ts';
import { count } from '../terminal/figures.ts';
import type { ChosenPerson } from './choose-person.ts';

export interface ExportInput {
  /** Name of the shop. */
  readonly shop: string;
  readonly person: ChosenPerson;
  readonly data: PersonData;
  readonly holdings: ShopHoldings | undefined;
  readonly madeAt: Date;
}

export interface ExportedFile {
  readonly attachmentId: string;
  /** Path in the folder. */
  readonly path: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Table → title and lead. Tables that are part of another section, or only hold keys, are missing. */
const titles: Readonly<Record<string, readonly [title: string, lead: string]>> = {
  'couture.chat_note': ['Notes about chats', 'What the shop’s staff noted.'],
  'couture.chat_rating': ['Ratings of chats', 'What you said about chats that had ended.'],
  'couture.push_subscription': [
    'Push subscriptions',
    'Browsers that receive notifications, and when this was agreed to.',
  ],
  'couture.push_delivery': ['Notifications', 'What was sent, and whether it was clicked.'],
  'couture.push_campaign': ['Notifications to you alone', 'Messages with no other recipient.'],
  'couture.push_occasion': [
    'Reasons for notifications',
    'What led to automatic messages, such as a view or a price.',
  ],
  'couture.bag': ['Bag', 'Stored for reminders of it, which you asked for.'],
  'couture.push_told': ['Watched products', 'Products whose price or stock was last reported.'],
  'couture.recommendation_event': [
    'Activity',
    'Recommendations that were shown, clicked or added to the bag, and products viewed.',
  ],
  'couture.customer_list': ['Recommended for you', 'Computed from orders, views and the watch list.'],
  'couture.buy_again_list': ['Expected to be bought again', 'Computed from orders.'],
  'couture.order_request': ['Checkouts', 'Orders that were sent, kept to recognize repeated requests.'],
  'couture.revoked_subject': ['Revoked access', 'Since when sign-ins of this customer are refused.'],
  'imported.order_line': ['Imported orders', 'Order lines from the shop’s files.'],
};

/** Rows per table on the page; data.json has all. */
const maxRows = 500;

export function indexPage(
  { shop, person, data, holdings, madeAt }: ExportInput,
  files: readonly ExportedFile[],
): string {
  const chats = (data.tables.get('couture.chat_session') ?? []) as readonly Row[];
  const rows = [...data.tables.values()].reduce((sum, each) => sum + each.length, 0);
  const sections: Section[] = chats.map((chat) => chatSection(chat, data.tables, files));
  for (const [table, [title, lead]] of Object.entries(titles)) {
    const found = data.tables.get(table) ?? [];
    if (found.length > 0) sections.push(tableSection(title, lead, found));
  }
  if (holdings && holdings.tables.length > 0)
    sections.push({
      title: 'Not in this export',
      body: `<p>The shop’s own tables: ${escapeHtml(holdings.tables.join(', '))}. Ask the shop for them.</p>`,
    });
  return page({
    shop,
    title: 'Your data',
    lead: `What the shop’s recommendations, chat and notifications hold about ${subjectOf(person)}. Agents appear with the name that was shown in the chat; other people do not appear. Everything is in data.json, too.`,
    tiles: [
      { label: 'Chats', value: count(chats.length) },
      { label: 'Files', value: count(files.length) },
      { label: 'Rows', value: count(rows) },
    ],
    sections,
    madeAt,
  });
}

function subjectOf({ identity: { customerId, emails } }: ExportInput['person']): string {
  return customerId === null ? emails.join(' or ') : `customer ${customerId}`;
}

function chatSection(
  chat: Row,
  tables: ExportInput['data']['tables'],
  files: readonly ExportedFile[],
): Section {
  const of = (table: string) =>
    (tables.get(table) ?? []).filter((row) => row.session_id === chat.session_id) as readonly Row[];
  const messages = of('couture.chat_message').toSorted((a, b) => Number(a.seq) - Number(b.seq));
  const transcript = transcriptOf(
    chat as unknown as SessionRow,
    messages as unknown as readonly MessageRow[],
  );
  const links = of('couture.chat_attachment').map(({ attachment_id, name }) => {
    const file = files.find((each) => each.attachmentId === attachment_id)!;
    return `<li><a href="${escapeHtml(file.path.split('/').map(encodeURIComponent).join('/'))}">${escapeHtml(String(name))}</a></li>`;
  });
  const details = ['user_agent', 'current_page', 'cart'].flatMap((column) =>
    textOf(chat[column]) ? [[column, textOf(chat[column])]] : [],
  );
  return {
    title: `Chat of ${textOf(chat.created_at)?.slice(0, 10)}`,
    body: `<pre style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(transcript)}</pre>${links.length > 0 ? `<p>Files</p><ul>${links.join('')}</ul>` : ''}${
      details.length > 0
        ? htmlTable('Sent with the chat', [{ title: 'Field' }, { title: 'Value' }], details)
        : ''
    }`,
  };
}

function tableSection(title: string, lead: string, rows: readonly Row[]): Section {
  const columns = Object.keys(rows[0]!);
  const shown = rows.slice(0, maxRows);
  const rest =
    rows.length > shown.length ? ` The first ${count(maxRows)} of ${count(rows.length)} rows.` : '';
  return {
    title,
    lead: lead + rest,
    body: htmlTable(
      title,
      columns.map((column) => ({ title: column.replaceAll('_', ' ') })),
      shown.map((row) => columns.map((column) => textOf(row[column]))),
    ),
  };
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
