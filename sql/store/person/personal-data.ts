// Which tables and columns hold data of a shop's customers: how a person's rows are found, what an export contains, and
// how they are erased. A test compares this with the schema, so that each new column has to be classified.

/** A table with rows that belong to a person. */
export interface PersonalTable {
  /** Finds the rows: a condition with the placeholders of `PersonValues`, such as `:customer`. */
  readonly where: string;
  /** Columns in the export. */
  readonly exported: string;
  /** Columns that the export leaves out: credentials, hashes, search vectors, and who of the staff wrote or did something. */
  readonly withheld?: string;
  /** Query for the export, where the table alone says too little. */
  readonly read?: string;
  /** Statement that erases the rows; default: delete them. It returns as many rows as it erases. */
  readonly erase?: string;
  /** What remains, in words; undefined if nothing does. */
  readonly kept?: string;
  /** Another table that loses rows with these. */
  readonly withThem?: string;
  /** Whether each build has a table of its own. */
  readonly perBuild?: true;
}

/** What stands for a person in the tables. */
export interface PersonValues {
  /** Null for a guest. */
  readonly customer: string | null;
  /** How subscriptions name the customer. */
  readonly owners: readonly string[];
  /** How checkouts name the customer, or a browser that only this customer has used. */
  readonly principals: readonly string[];
  /** Ids of chats. */
  readonly chats: readonly string[];
  /** Ids of browsers that only this customer has used. */
  readonly visitors: readonly string[];
  /** Keys of the customer's lists. */
  readonly keys: readonly number[];
}

const ofChats = 'session_id = any (:chats::uuid[])';
const ofOwner = 'customer_id = any (:owners::text[])';
const ofKeys = 'customer_key = any (:keys::int[])';

/** Table → its rows of a person, in the order in which they are erased. */
export const personalTables: Readonly<Record<string, PersonalTable>> = {
  'couture.chat_message': {
    where: ofChats,
    // sender_name of an agent is the name that the shopper saw.
    exported: 'session_id seq side sender_name kind body product_id attachment_id created_at',
    withheld: 'client_message_id sender',
  },
  // To whom data went; the URL of a receiver may be a secret.
  'couture.webhook_delivery': {
    where: ofChats,
    exported: 'webhook_id session_id state tried_at',
    withheld: 'event_id attempts next_at leased_until status error took_ms',
    read: `select split_part(w.url, '/', 3) as receiver, e.type, d.session_id, d.state, d.tried_at from couture.webhook_delivery d
      join couture.webhook w using (webhook_id) join couture.webhook_event e using (event_id)
      where d.${ofChats} order by d.event_id, d.webhook_id`,
  },
  'couture.webhook_event': {
    where: ofChats,
    exported: 'session_id seq type order_id data happened_at',
    withheld: 'event_id message_id',
  },
  'couture.chat_attachment': {
    where: ofChats,
    exported: 'attachment_id session_id side type name bytes sent created_at',
    withheld: 'uploader content',
    // Not what an agent has uploaded and not sent.
    read: `select attachment_id, session_id, side, type, name, bytes, sent, created_at from couture.chat_attachment
      where ${ofChats} and (sent or side = 'shopper') order by session_id, created_at, attachment_id`,
  },
  'couture.chat_note': {
    where: ofChats,
    exported: 'session_id body created_at',
    withheld: 'note_id author author_name',
  },
  'couture.chat_rating': {
    where: ofChats,
    exported: 'session_id score comment rated_at changed_at',
    withheld: 'agent',
  },
  'couture.chat_scheduled': {
    where: ofChats,
    exported: 'session_id sender_name body send_at created_at',
    withheld: 'client_message_id sender held',
  },
  'couture.chat_session_label': {
    where: ofChats,
    exported: 'session_id label_id labelled_at',
    // Its last use removes a label, and what it says.
    withThem: 'couture.chat_label',
    read: `select session_id, name as label, labelled_at from couture.chat_session_label join couture.chat_label using (label_id)
      where ${ofChats} order by session_id, labelled_at, name`,
  },
  'couture.chat_ticket': {
    // A signed-in customer can open a chat from before the sign-in.
    where: `${ofChats} or principal ->> 'customerId' = :customer or principal ->> 'sub' = :customer`,
    exported: 'expires_at',
    withheld: 'ticket_hash session_id principal',
  },
  'couture.chat_mail_out': {
    where: ofChats,
    exported: 'session_id message_id after_seq to_seq created_at sent_at',
    withheld: 'mail_id attempts next_at failed',
  },
  'couture.chat_mail': {
    where: ofChats,
    exported: 'session_id unsubscribed_at bounced_at',
    withheld: 'reply_token link_key mailed_seq',
  },
  'couture.chat_session': {
    where: ofChats,
    exported:
      'session_id state customer_id name email subject user_agent current_page cart locale left_offline assigned_name created_at updated_at waiting_since resolved_at team_id',
    withheld:
      'visitor_key also_keys creation_key guest_salt assigned_to last_seq shopper_read staff_read notes version words unanswered_since missed_at assigned_at passed_by passed_at announced_at snoozed_until',
  },
  'couture.push_delivery': {
    where: ofOwner,
    exported:
      'campaign_id subscription_id occasion_id customer_id origin state reason status attempts next_at settled_at shown_at clicked_at dismissed_at',
    read: `select c.message ->> 'title' as title, c.message ->> 'body' as body, c.message ->> 'url' as url, c.topic, d.state, d.origin,
        d.settled_at, d.shown_at, d.clicked_at, d.dismissed_at
      from couture.push_delivery d join couture.push_campaign c using (campaign_id) where d.${ofOwner}
      order by campaign_id, subscription_id`,
    erase: `update couture.push_delivery set customer_id = null where ${ofOwner}`,
    kept: 'counts of the campaign, without the customer',
  },
  'couture.push_campaign': {
    // Sent to this customer alone; other campaigns are for many.
    where: `audience ->> 'user' = any (:owners::text[])`,
    exported: 'message topic state created_at started_at finished_at',
    withheld: 'campaign_id journey audience settings beacon_key people doubtful starts_at stopped_why',
  },
  'couture.push_occasion': {
    where: ofOwner,
    exported: 'journey customer_id occasion product_id happened_at state reason created_at',
    withheld: 'occasion_id price bought_after expires_at',
  },
  'couture.push_order': { where: ofOwner, exported: 'order_id customer_id ordered_at stage changed_at' },
  'couture.watch_entry': { where: ofOwner, exported: 'customer_id product_id created_at' },
  'couture.bag': { where: ofOwner, exported: 'customer_id items changed_at' },
  'couture.push_told': { where: ofOwner, exported: 'customer_id product_id kind told_at' },
  'couture.push_subscription': {
    where: ofOwner,
    exported:
      'subscription_id endpoint origin customer_id locale time_zone topics consented_at consent_version subscribed_at seen_at installed_at accepted_at failures shown clicks dismissals clicked_at',
    withheld: 'p256dh auth visitor key_id',
  },
  'couture.recommendation_event': {
    where: 'customer = :customer or visitor = any (:visitors::text[])',
    exported: 'at type kind build_id subject item place customer visitor arm',
  },
  'couture.chat_invitation': {
    where: 'customer = :customer or visitor = any (:visitors::text[])',
    exported: 'visitor customer invite_id arm at opened_at',
    withheld: 'invitation_id',
  },
  'couture.order_request': {
    where: 'principal = any (:principals::text[])',
    exported: 'response created_at',
    withheld: 'principal idempotency_key request_hash',
  },
  'couture.customer_list': {
    where: ofKeys,
    exported: 'build_id customer_key item_keys scores reasons because_keys',
    read: listOf('personalized'),
    perBuild: true,
  },
  'couture.buy_again_list': {
    where: ofKeys,
    exported: 'build_id customer_key item_keys probabilities last_days intervals times',
    read: listOf('buy_again'),
    perBuild: true,
  },
  'couture.customer_key': { where: ofKeys, exported: 'customer_id', withheld: 'customer_key' },
  'couture.revoked_subject': {
    where: 'sub = :customer',
    exported: 'sub revoked_at',
    // Tokens that were revoked stay so.
    erase: `with known as (delete from couture.revoked_subject where sub = :customer returning sub, revoked_at)
      insert into couture.revoked_subject as r (sub, revoked_at)
      select 'hashed ' || encode(sha256(convert_to(sub, 'UTF8')), 'hex'), revoked_at from known
      on conflict (sub) do update set revoked_at = r.revoked_at`,
    kept: 'hash of the id, so that revoked tokens stay revoked',
  },
  'imported.order_line': {
    where: 'customer_id = :customer',
    exported: 'order_id customer_id product_id quantity unit_price ordered_at cancelled currency',
    erase: 'update imported.order_line set customer_id = null where customer_id = :customer',
    kept: 'the orders, without the customer',
  },
  'imported.customer': { where: 'customer_id = :customer', exported: 'customer_id created_at' },
};

function listOf(kind: string): string {
  return `select kind, rank, item_id, score, reason from couture.recommendation
    where kind = '${kind}' and subject = :customer order by rank`;
}

/** Table → its columns, none of which names a customer. */
export const impersonalTables: Readonly<Record<string, string>> = {
  // Builds and lists of products: sums over many customers.
  'couture.build':
    'build_id state engine started_at finished_at config source watermark stages total_ms peak_rss_bytes lists skipped metrics warnings error replaced',
  'couture.catalogue':
    'lead_id variants category name url price_cents featured_key rating_key words hash on_sale in_stock group_id handles colours swatches sizes stocked option_keys sold',
  'couture.experiment': 'experiment_id name build_id share started_at ended_at',
  'couture.product_key': 'product_key product_id representative_key',
  'couture.product_list': 'build_id kind product_key item_keys scores reasons',
  'couture.published': 'one_row build_id published_at',
  'couture.push_journey': 'name enabled holdout holdout_since looked_at',
  'couture.push_watched': 'product_id price in_stock price_before dropped_at restocked_at',
  'couture.trending_list': 'build_id kind category item_keys scores reasons',
  'couture.tuning_run': 'run_id task started_at finished_at seed budget_ms winner score applied',
  'couture.tuning_trial': 'run_id trial phase units settings score coverage ms',
  'imported.product':
    'product_id name description category price image_url inventory group_id url service discounted_price on_sale rating review_count tags featured handle brand cost created_at colour size category_path',
  // Written by the shop's staff, about products and texts. They name staff, not customers.
  'couture.chat_agent': 'sub name seen_at state capacity last_assigned_at',
  'couture.chat_agent_device':
    'device_id sub endpoint origin p256dh auth key_id locale token_hash expires_at accepted_at nudged_at created_at',
  'couture.chat_console': 'process sub open visible until',
  'couture.chat_team': 'team_id name intake target created_at',
  'couture.chat_team_member': 'team_id sub',
  'couture.chat_filter': 'filter_id sub name list team_id label_id search created_at',
  'couture.chat_invite':
    'invite_id enabled path idle min_cart only_returning team_id holdout texts created_at',
  'couture.chat_label': 'label_id name created_at',
  'couture.chat_reply': 'reply_id shortcut body updated_by updated_at',
  'couture.curation':
    'curation_id action product_id scope subject kinds place factor from_at until_at note created_at',
  'couture.synonym': 'words',
  'couture.webhook':
    'webhook_id url events texts private order_days secret old_secret old_until failing_since disabled_at disabled_why created_at',
  // Couture's own.
  'couture.migration': 'number name checksum applied_at',
  'couture.saved_view': 'name place statements saved_at',
  'couture.chat_mailbox': 'mailbox uid_validity last_uid',
  'couture.erasure': 'erasure_id reference erased_at removed',
  'couture.reference_key': 'one_row key',
};

/** SQL with placeholders → the same with numbered parameters, and their values. */
export function bindPerson(sql: string, person: PersonValues): { text: string; values: unknown[] } {
  const names: Array<keyof PersonValues> = [];
  const text = sql.replaceAll(/(?<!:):([a-z]+)/g, (_, name: keyof PersonValues) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, values: names.map((name) => person[name]) };
}
