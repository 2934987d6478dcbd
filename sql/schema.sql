-- In the words of Postgres 18.
-- The schema `couture` after all migrations, made from the catalog by "npm run schema". Do not edit.

create schema couture;

create table couture.bag (
  customer_id text not null,
  items jsonb not null,
  changed_at timestamp with time zone not null default now(),
  constraint bag_pkey PRIMARY KEY (customer_id)
);

create table couture.build (
  build_id integer generated always as identity not null,
  state text not null default 'running'::text,
  engine text not null default 'local'::text,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  config jsonb not null default '{}'::jsonb,
  source jsonb not null default '{}'::jsonb,
  watermark timestamp with time zone,
  stages jsonb not null default '{}'::jsonb,
  total_ms integer,
  peak_rss_bytes bigint,
  lists jsonb not null default '{}'::jsonb,
  skipped jsonb not null default '{}'::jsonb,
  metrics jsonb not null default '{}'::jsonb,
  warnings jsonb not null default '[]'::jsonb,
  error text,
  replaced integer,
  constraint build_pkey PRIMARY KEY (build_id),
  constraint build_state_check CHECK ((state = ANY (ARRAY['running'::text, 'ready'::text, 'published'::text, 'superseded'::text, 'failed'::text, 'rejected'::text])))
);

create table couture.buy_again_list (
  build_id integer not null,
  customer_key integer not null,
  item_keys integer[] not null,
  probabilities real[] not null,
  last_days date[] not null,
  intervals real[] not null,
  times smallint[] not null
) partition by LIST (build_id);

create table couture.catalogue (
  lead_id text not null,
  variants text[] not null,
  category text not null,
  name text not null,
  url text,
  price_cents bigint not null,
  featured_key real not null,
  rating_key real not null,
  words tsvector not null,
  hash text not null,
  on_sale boolean not null default false,
  in_stock boolean not null default true,
  group_id text,
  handles text[] not null default '{}'::text[],
  colours text[],
  swatches text[],
  sizes text[],
  stocked boolean[],
  option_keys text[] not null default '{}'::text[],
  sold real not null default 0,
  constraint catalogue_pkey PRIMARY KEY (lead_id)
);

create table couture.chat_agent (
  sub text not null,
  name text,
  seen_at timestamp with time zone not null default now(),
  state text not null default 'available'::text,
  capacity integer,
  last_assigned_at timestamp with time zone,
  constraint chat_agent_pkey PRIMARY KEY (sub),
  constraint chat_agent_capacity_check CHECK (((capacity >= 0) AND (capacity <= 1000))),
  constraint chat_agent_state_check CHECK ((state = ANY (ARRAY['available'::text, 'away'::text])))
);

create table couture.chat_agent_device (
  device_id bigint generated always as identity not null,
  sub text not null,
  endpoint text not null,
  origin text not null,
  p256dh text not null,
  auth text not null,
  key_id text not null,
  locale text,
  token_hash text,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  nudged_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint chat_agent_device_pkey PRIMARY KEY (device_id),
  constraint chat_agent_device_endpoint_key UNIQUE (endpoint)
);

create table couture.chat_attachment (
  attachment_id uuid not null default gen_random_uuid(),
  session_id uuid not null,
  side text not null,
  uploader text not null,
  type text not null,
  name text not null,
  bytes integer not null,
  sent boolean not null default false,
  content bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint chat_attachment_pkey PRIMARY KEY (attachment_id),
  constraint chat_attachment_side_check CHECK ((side = ANY (ARRAY['shopper'::text, 'staff'::text])))
);

create table couture.chat_console (
  process text not null,
  sub text not null,
  open boolean not null,
  visible boolean not null,
  until timestamp with time zone not null,
  constraint chat_console_pkey PRIMARY KEY (process, sub)
);

create table couture.chat_filter (
  filter_id integer generated always as identity not null,
  sub text not null,
  name text not null,
  list text not null,
  team_id text,
  label_id integer,
  search text,
  created_at timestamp with time zone not null default now(),
  constraint chat_filter_pkey PRIMARY KEY (filter_id),
  constraint chat_filter_list_check CHECK ((list = ANY (ARRAY['queue'::text, 'mine'::text, 'snoozed'::text, 'all'::text]))),
  constraint chat_filter_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 40))),
  constraint chat_filter_search_check CHECK ((char_length(search) <= 200))
);

create table couture.chat_invitation (
  invitation_id bigint generated always as identity not null,
  visitor text not null,
  customer text,
  invite_id text not null,
  arm text not null,
  at timestamp with time zone not null default clock_timestamp(),
  opened_at timestamp with time zone,
  constraint chat_invitation_pkey PRIMARY KEY (invitation_id),
  constraint chat_invitation_arm_check CHECK ((arm = ANY (ARRAY['invited'::text, 'holdout'::text])))
);

create table couture.chat_invite (
  invite_id text not null,
  enabled boolean not null default true,
  path text not null default '/*'::text,
  idle integer not null default 20,
  min_cart numeric(12,3),
  only_returning boolean not null default false,
  team_id text,
  holdout double precision not null default 0.1,
  texts jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint chat_invite_pkey PRIMARY KEY (invite_id),
  constraint chat_invite_holdout_check CHECK (((holdout >= (0)::double precision) AND (holdout <= (0.9)::double precision))),
  constraint chat_invite_idle_check CHECK (((idle >= 5) AND (idle <= 3600))),
  constraint chat_invite_invite_id_check CHECK ((invite_id ~ '^[a-z0-9][a-z0-9_-]{0,39}$'::text)),
  constraint chat_invite_min_cart_check CHECK ((min_cart > (0)::numeric)),
  constraint chat_invite_path_check CHECK (((char_length(path) >= 1) AND (char_length(path) <= 200))),
  constraint chat_invite_texts_check CHECK (((jsonb_typeof(texts) = 'object'::text) AND (texts <> '{}'::jsonb)))
);

create table couture.chat_label (
  label_id integer generated always as identity not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  constraint chat_label_pkey PRIMARY KEY (label_id),
  constraint chat_label_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 40)))
);

create table couture.chat_mail (
  session_id uuid not null,
  reply_token text not null,
  link_key bytea not null,
  mailed_seq integer not null default 0,
  unsubscribed_at timestamp with time zone,
  bounced_at timestamp with time zone,
  constraint chat_mail_pkey PRIMARY KEY (session_id),
  constraint chat_mail_reply_token_key UNIQUE (reply_token)
);

create table couture.chat_mail_out (
  mail_id bigint generated always as identity not null,
  session_id uuid not null,
  message_id text not null,
  after_seq integer not null,
  to_seq integer not null,
  attempts integer not null default 0,
  next_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone,
  failed text,
  created_at timestamp with time zone not null default now(),
  constraint chat_mail_out_pkey PRIMARY KEY (mail_id),
  constraint chat_mail_out_message_id_key UNIQUE (message_id),
  constraint chat_mail_out_session_id_to_seq_key UNIQUE (session_id, to_seq)
);

create table couture.chat_mailbox (
  mailbox text not null,
  uid_validity bigint not null,
  last_uid bigint not null,
  constraint chat_mailbox_pkey PRIMARY KEY (mailbox)
);

create table couture.chat_message (
  session_id uuid not null,
  seq integer not null,
  client_message_id uuid not null,
  side text not null,
  sender text,
  sender_name text,
  kind text not null,
  body text not null,
  product_id text,
  attachment_id uuid,
  created_at timestamp with time zone not null,
  constraint chat_message_pkey PRIMARY KEY (session_id, seq),
  constraint chat_message_session_id_client_message_id_key UNIQUE (session_id, client_message_id),
  constraint chat_message_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'product'::text, 'attachment'::text, 'event'::text]))),
  constraint chat_message_side_check CHECK ((side = ANY (ARRAY['shopper'::text, 'staff'::text, 'system'::text])))
);

create table couture.chat_note (
  note_id bigint generated always as identity not null,
  session_id uuid not null,
  author text not null,
  author_name text,
  body text not null,
  created_at timestamp with time zone not null default now(),
  constraint chat_note_pkey PRIMARY KEY (note_id)
);

create table couture.chat_rating (
  session_id uuid not null,
  score smallint not null,
  comment text,
  agent text,
  rated_at timestamp with time zone not null default now(),
  changed_at timestamp with time zone not null default now(),
  constraint chat_rating_pkey PRIMARY KEY (session_id),
  constraint chat_rating_score_check CHECK (((score >= 1) AND (score <= 5)))
);

create table couture.chat_reply (
  reply_id integer generated always as identity not null,
  shortcut text not null,
  body text not null,
  updated_by text not null,
  updated_at timestamp with time zone not null default now(),
  constraint chat_reply_pkey PRIMARY KEY (reply_id),
  constraint chat_reply_shortcut_key UNIQUE (shortcut)
);

create table couture.chat_scheduled (
  client_message_id uuid not null,
  session_id uuid not null,
  sender text not null,
  sender_name text,
  body text not null,
  send_at timestamp with time zone not null,
  held text,
  created_at timestamp with time zone not null default now(),
  constraint chat_scheduled_pkey PRIMARY KEY (client_message_id),
  constraint chat_scheduled_body_check CHECK (((char_length(body) >= 1) AND (char_length(body) <= 4000))),
  constraint chat_scheduled_held_check CHECK ((held = ANY (ARRAY['shopper_wrote'::text, 'not_assigned'::text])))
);

create table couture.chat_session (
  session_id uuid not null default gen_random_uuid(),
  state text not null default 'waiting'::text,
  visitor_key text not null,
  creation_key bytea,
  customer_id text,
  name text,
  email text,
  subject text,
  user_agent text,
  current_page text,
  cart jsonb not null default '[]'::jsonb,
  left_offline boolean not null default false,
  assigned_to text,
  assigned_name text,
  last_seq integer not null default 0,
  shopper_read integer not null default 0,
  staff_read integer not null default 0,
  notes integer not null default 0,
  version bigint not null default 0,
  words tsvector,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  waiting_since timestamp with time zone not null default now(),
  resolved_at timestamp with time zone,
  guest_salt bytea,
  also_keys text[] not null default '{}'::text[],
  team_id text,
  unanswered_since timestamp with time zone default now(),
  missed_at timestamp with time zone,
  assigned_at timestamp with time zone,
  passed_by text,
  passed_at timestamp with time zone,
  announced_at timestamp with time zone,
  snoozed_until timestamp with time zone,
  locale text,
  constraint chat_session_pkey PRIMARY KEY (session_id),
  constraint chat_session_creation_key_key UNIQUE (creation_key),
  constraint chat_session_check CHECK (((state <> 'active'::text) OR (assigned_to IS NOT NULL))),
  constraint chat_session_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'active'::text, 'resolved'::text, 'closed'::text])))
);

create table couture.chat_session_label (
  session_id uuid not null,
  label_id integer not null,
  labelled_at timestamp with time zone not null default now(),
  constraint chat_session_label_pkey PRIMARY KEY (session_id, label_id)
);

create table couture.chat_team (
  team_id text not null,
  name text not null,
  intake text not null default 'choice'::text,
  target integer,
  created_at timestamp with time zone not null default now(),
  constraint chat_team_pkey PRIMARY KEY (team_id),
  constraint chat_team_intake_check CHECK ((intake = ANY (ARRAY['choice'::text, 'page'::text, 'transfer'::text]))),
  constraint chat_team_target_check CHECK ((target > 0)),
  constraint chat_team_team_id_check CHECK ((team_id ~ '^[a-z0-9][a-z0-9_-]{0,39}$'::text))
);

create table couture.chat_team_member (
  team_id text not null,
  sub text not null,
  constraint chat_team_member_pkey PRIMARY KEY (team_id, sub)
);

create table couture.chat_ticket (
  ticket_hash bytea not null,
  session_id uuid,
  principal jsonb,
  expires_at timestamp with time zone not null,
  constraint chat_ticket_pkey PRIMARY KEY (ticket_hash)
);

create table couture.curation (
  curation_id integer generated always as identity not null,
  action text not null,
  product_id text not null,
  scope text not null default 'shop'::text,
  subject text not null default ''::text,
  kinds text[] not null default '{}'::text[],
  place integer,
  factor real,
  from_at timestamp with time zone,
  until_at timestamp with time zone,
  note text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  constraint curation_pkey PRIMARY KEY (curation_id),
  constraint curation_action_check CHECK ((action = ANY (ARRAY['pin'::text, 'block'::text, 'boost'::text]))),
  constraint curation_check CHECK (((scope = 'shop'::text) = (subject = ''::text))),
  constraint curation_check1 CHECK (((action = 'pin'::text) = (place IS NOT NULL))),
  constraint curation_check2 CHECK (((action = 'boost'::text) = (factor IS NOT NULL))),
  constraint curation_check3 CHECK ((until_at > from_at)),
  constraint curation_factor_check CHECK (((factor > (0)::double precision) AND (factor <= (100)::double precision))),
  constraint curation_place_check CHECK (((place >= 1) AND (place <= 24))),
  constraint curation_scope_check CHECK ((scope = ANY (ARRAY['product'::text, 'category'::text, 'shop'::text])))
);

create table couture.customer_key (
  customer_key integer not null,
  customer_id text not null,
  constraint customer_key_pkey PRIMARY KEY (customer_key),
  constraint customer_key_customer_id_key UNIQUE (customer_id)
);

create table couture.customer_list (
  build_id integer not null,
  customer_key integer not null,
  item_keys integer[] not null,
  scores real[] not null,
  reasons smallint[] not null,
  because_keys integer[] not null
) partition by LIST (build_id);

create table couture.erasure (
  erasure_id integer generated always as identity not null,
  reference text not null,
  erased_at timestamp with time zone not null default now(),
  removed jsonb not null,
  constraint erasure_pkey PRIMARY KEY (erasure_id)
);

create table couture.experiment (
  experiment_id integer generated always as identity not null,
  name text not null,
  build_id integer not null,
  share real not null,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint experiment_pkey PRIMARY KEY (experiment_id),
  constraint experiment_name_check CHECK ((name <> ''::text)),
  constraint experiment_share_check CHECK (((share > (0)::double precision) AND (share <= (0.9)::double precision)))
);

create table couture.migration (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (number)
);

create table couture.order_request (
  principal text not null,
  idempotency_key text not null,
  request_hash text not null,
  response jsonb,
  created_at timestamp with time zone not null default now(),
  constraint order_request_pkey PRIMARY KEY (principal, idempotency_key)
);

create table couture.product_key (
  product_key integer not null,
  product_id text not null,
  representative_key integer not null,
  constraint product_key_pkey PRIMARY KEY (product_key),
  constraint product_key_product_id_key UNIQUE (product_id)
);

create table couture.product_list (
  build_id integer not null,
  kind text not null,
  product_key integer not null,
  item_keys integer[] not null,
  scores real[] not null,
  reasons smallint[] not null
) partition by LIST (build_id);

create table couture.published (
  one_row boolean not null default true,
  build_id integer not null,
  published_at timestamp with time zone not null default now(),
  constraint published_pkey PRIMARY KEY (one_row),
  constraint published_one_row_check CHECK (one_row)
);

create table couture.push_campaign (
  campaign_id integer generated always as identity not null,
  state text not null default 'scheduled'::text,
  message jsonb not null,
  audience jsonb not null,
  topic text not null,
  settings jsonb not null,
  beacon_key bytea not null,
  people integer not null,
  doubtful integer not null default 0,
  starts_at timestamp with time zone not null default now(),
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  stopped_why text,
  journey text,
  constraint push_campaign_pkey PRIMARY KEY (campaign_id),
  constraint push_campaign_state_check CHECK ((state = ANY (ARRAY['scheduled'::text, 'running'::text, 'waiting'::text, 'stopped'::text, 'done'::text, 'cancelled'::text])))
);

create table couture.push_delivery (
  campaign_id integer not null,
  subscription_id bigint not null,
  customer_id text,
  origin text not null,
  state text not null,
  reason text,
  status smallint,
  attempts smallint not null default 0,
  next_at timestamp with time zone,
  settled_at timestamp with time zone,
  clicked_at timestamp with time zone,
  dismissed_at timestamp with time zone,
  occasion_id bigint not null default 0,
  shown_at timestamp with time zone,
  constraint push_delivery_pkey PRIMARY KEY (campaign_id, subscription_id, occasion_id),
  constraint push_delivery_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'waiting'::text, 'accepted'::text, 'gone'::text, 'failed'::text, 'skipped'::text])))
);

create table couture.push_journey (
  name text not null,
  enabled boolean not null,
  holdout real not null default 0,
  looked_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  holdout_since timestamp with time zone not null default now(),
  constraint push_journey_pkey PRIMARY KEY (name),
  constraint push_journey_holdout_check CHECK (((holdout >= (0)::double precision) AND (holdout <= (0.9)::double precision)))
);

create table couture.push_occasion (
  occasion_id bigint generated always as identity not null,
  journey text not null,
  customer_id text not null,
  occasion text not null,
  product_id text,
  price numeric,
  happened_at timestamp with time zone not null,
  bought_after timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  state text not null,
  reason text,
  created_at timestamp with time zone not null default now(),
  constraint push_occasion_pkey PRIMARY KEY (occasion_id),
  constraint push_occasion_customer_id_journey_occasion_key UNIQUE (customer_id, journey, occasion),
  constraint push_occasion_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'held_out'::text, 'skipped'::text])))
);

create table couture.push_order (
  order_id text not null,
  customer_id text not null,
  ordered_at timestamp with time zone not null,
  stage text,
  changed_at timestamp with time zone,
  constraint push_order_pkey PRIMARY KEY (order_id)
);

create table couture.push_subscription (
  subscription_id bigint generated always as identity not null,
  endpoint text not null,
  origin text not null,
  p256dh text not null,
  auth text not null,
  customer_id text,
  visitor text,
  key_id text not null,
  locale text,
  time_zone text,
  topics text[] not null,
  consented_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  accepted_at timestamp with time zone,
  failures integer not null default 0,
  consent_version text,
  subscribed_at timestamp with time zone not null default now(),
  installed_at timestamp with time zone,
  clicked_at timestamp with time zone,
  shown integer not null default 0,
  clicks integer not null default 0,
  dismissals integer not null default 0,
  constraint push_subscription_pkey PRIMARY KEY (subscription_id),
  constraint push_subscription_endpoint_key UNIQUE (endpoint),
  constraint push_subscription_check CHECK (((customer_id IS NOT NULL) OR (visitor IS NOT NULL)))
);

create table couture.push_told (
  customer_id text not null,
  product_id text not null,
  kind text not null,
  told_at timestamp with time zone not null default now(),
  constraint push_told_pkey PRIMARY KEY (customer_id, product_id, kind),
  constraint push_told_kind_check CHECK ((kind = ANY (ARRAY['price'::text, 'stock'::text])))
);

create table couture.push_watched (
  product_id text not null,
  price numeric not null,
  in_stock boolean not null,
  price_before numeric,
  dropped_at timestamp with time zone,
  restocked_at timestamp with time zone,
  constraint push_watched_pkey PRIMARY KEY (product_id)
);

create table couture.recommendation_event (
  at timestamp with time zone not null default now(),
  type text not null,
  kind text not null,
  build_id integer,
  subject text,
  item text not null,
  place integer not null,
  customer text,
  visitor text,
  arm text,
  constraint recommendation_event_arm_check CHECK ((arm = ANY (ARRAY['standard'::text, 'holdout'::text, 'experiment'::text]))),
  constraint recommendation_event_type_check CHECK ((type = ANY (ARRAY['impression'::text, 'click'::text, 'add_to_cart'::text, 'view'::text])))
);

create table couture.reference_key (
  one_row boolean not null default true,
  key bytea not null,
  constraint reference_key_pkey PRIMARY KEY (one_row),
  constraint reference_key_one_row_check CHECK (one_row)
);

create table couture.revoked_subject (
  sub text not null,
  revoked_at timestamp with time zone not null default now(),
  constraint revoked_subject_pkey PRIMARY KEY (sub)
);

create table couture.saved_view (
  name text not null,
  place integer not null,
  statements text[] not null,
  saved_at timestamp with time zone not null default now(),
  constraint saved_view_pkey PRIMARY KEY (name)
);

create table couture.synonym (
  words text[] not null,
  constraint synonym_pkey PRIMARY KEY (words),
  constraint synonym_words_check CHECK (((cardinality(words) >= 2) AND (cardinality(words) <= 20)))
);

create table couture.trending_list (
  build_id integer not null,
  kind text not null,
  category text not null,
  item_keys integer[] not null,
  scores real[] not null,
  reasons smallint[] not null
) partition by LIST (build_id);

create table couture.tuning_run (
  run_id integer generated always as identity not null,
  task text not null,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  seed bigint not null,
  budget_ms bigint not null,
  winner jsonb,
  score real,
  applied boolean not null default false,
  constraint tuning_run_pkey PRIMARY KEY (run_id),
  constraint tuning_run_task_check CHECK ((task = ANY (ARRAY['personalized'::text, 'copurchase'::text])))
);

create table couture.tuning_trial (
  run_id integer not null,
  trial integer not null,
  phase text not null,
  units integer not null,
  settings jsonb not null,
  score real not null,
  coverage real not null,
  ms integer not null,
  constraint tuning_trial_pkey PRIMARY KEY (run_id, trial)
);

create table couture.watch_entry (
  customer_id text not null,
  product_id text not null,
  created_at timestamp with time zone not null default now(),
  constraint watch_entry_pkey PRIMARY KEY (customer_id, product_id)
);

create table couture.webhook (
  webhook_id integer generated always as identity not null,
  url text not null,
  events text[] not null,
  texts boolean not null default false,
  private boolean not null default false,
  order_days integer not null default 7,
  secret bytea not null,
  old_secret bytea,
  old_until timestamp with time zone,
  failing_since timestamp with time zone,
  disabled_at timestamp with time zone,
  disabled_why text,
  created_at timestamp with time zone not null default now(),
  constraint webhook_pkey PRIMARY KEY (webhook_id),
  constraint webhook_order_days_check CHECK (((order_days >= 1) AND (order_days <= 30)))
);

create table couture.webhook_delivery (
  webhook_id integer not null,
  event_id bigint not null,
  session_id uuid not null,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  next_at timestamp with time zone not null default now(),
  leased_until timestamp with time zone,
  status integer,
  error text,
  took_ms integer,
  tried_at timestamp with time zone,
  constraint webhook_delivery_pkey PRIMARY KEY (webhook_id, event_id),
  constraint webhook_delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
);

create table couture.webhook_event (
  event_id bigint generated always as identity not null,
  message_id uuid not null default gen_random_uuid(),
  type text not null,
  session_id uuid not null,
  seq integer,
  order_id text,
  data jsonb not null,
  happened_at timestamp with time zone not null,
  constraint webhook_event_pkey PRIMARY KEY (event_id)
);

CREATE INDEX bag_changed ON couture.bag USING btree (changed_at);

CREATE INDEX catalogue_category_featured ON couture.catalogue USING btree (category, featured_key, lead_id);

CREATE INDEX catalogue_category_name ON couture.catalogue USING btree (category, name, lead_id);

CREATE INDEX catalogue_category_price ON couture.catalogue USING btree (category, price_cents, lead_id);

CREATE INDEX catalogue_category_rating ON couture.catalogue USING btree (category, rating_key, lead_id);

CREATE INDEX catalogue_featured ON couture.catalogue USING btree (featured_key, lead_id);

CREATE INDEX catalogue_group ON couture.catalogue USING btree (group_id) WHERE (group_id IS NOT NULL);

CREATE INDEX catalogue_handles ON couture.catalogue USING gin (handles);

CREATE INDEX catalogue_name ON couture.catalogue USING btree (name, lead_id);

CREATE INDEX catalogue_options ON couture.catalogue USING gin (option_keys);

CREATE INDEX catalogue_price ON couture.catalogue USING btree (price_cents, lead_id);

CREATE INDEX catalogue_rating ON couture.catalogue USING btree (rating_key, lead_id);

CREATE INDEX catalogue_variants ON couture.catalogue USING gin (variants);

CREATE INDEX catalogue_words ON couture.catalogue USING gin (words);

CREATE INDEX chat_agent_device_sub ON couture.chat_agent_device USING btree (sub);

CREATE INDEX chat_attachment_session ON couture.chat_attachment USING btree (session_id);

CREATE INDEX chat_attachment_unsent ON couture.chat_attachment USING btree (created_at) WHERE (NOT sent);

CREATE INDEX chat_console_sub ON couture.chat_console USING btree (sub, until);

CREATE INDEX chat_filter_label ON couture.chat_filter USING btree (label_id) WHERE (label_id IS NOT NULL);

CREATE UNIQUE INDEX chat_filter_name ON couture.chat_filter USING btree (sub, lower(name));

CREATE INDEX chat_filter_team ON couture.chat_filter USING btree (team_id) WHERE (team_id IS NOT NULL);

CREATE INDEX chat_invitation_at ON couture.chat_invitation USING btree (at);

CREATE INDEX chat_invitation_customer ON couture.chat_invitation USING btree (customer, at) WHERE (customer IS NOT NULL);

CREATE INDEX chat_invitation_visitor ON couture.chat_invitation USING btree (visitor, at);

CREATE UNIQUE INDEX chat_label_name ON couture.chat_label USING btree (lower(name));

CREATE INDEX chat_mail_out_due ON couture.chat_mail_out USING btree (next_at) WHERE ((sent_at IS NULL) AND (failed IS NULL));

CREATE INDEX chat_note_session ON couture.chat_note USING btree (session_id, note_id);

CREATE INDEX chat_rating_rated_at ON couture.chat_rating USING btree (rated_at);

CREATE INDEX chat_scheduled_due ON couture.chat_scheduled USING btree (send_at) WHERE (held IS NULL);

CREATE INDEX chat_scheduled_session ON couture.chat_scheduled USING btree (session_id);

CREATE INDEX chat_session_assigned ON couture.chat_session USING btree (assigned_to) WHERE (state = 'active'::text);

CREATE INDEX chat_session_created_at ON couture.chat_session USING btree (created_at, session_id);

CREATE INDEX chat_session_mailable ON couture.chat_session USING btree (updated_at) WHERE (email IS NOT NULL);

CREATE UNIQUE INDEX chat_session_open ON couture.chat_session USING btree (visitor_key) WHERE (state = ANY (ARRAY['waiting'::text, 'active'::text]));

CREATE INDEX chat_session_snoozed ON couture.chat_session USING btree (snoozed_until) WHERE (snoozed_until IS NOT NULL);

CREATE INDEX chat_session_team ON couture.chat_session USING btree (team_id) WHERE (team_id IS NOT NULL);

CREATE INDEX chat_session_unanswered ON couture.chat_session USING btree (unanswered_since) WHERE ((unanswered_since IS NOT NULL) AND (state = ANY (ARRAY['waiting'::text, 'active'::text])));

CREATE INDEX chat_session_unresolved ON couture.chat_session USING btree (state, waiting_since) WHERE (state <> 'closed'::text);

CREATE INDEX chat_session_visitor ON couture.chat_session USING btree (visitor_key, created_at);

CREATE INDEX chat_session_words ON couture.chat_session USING gin (words);

CREATE INDEX chat_session_label_label ON couture.chat_session_label USING btree (label_id);

CREATE UNIQUE INDEX experiment_running ON couture.experiment USING btree ((true)) WHERE (ended_at IS NULL);

CREATE INDEX order_request_created_at ON couture.order_request USING btree (created_at);

CREATE INDEX product_key_representative ON couture.product_key USING btree (representative_key);

CREATE INDEX push_campaign_due ON couture.push_campaign USING btree (starts_at) WHERE (state = ANY (ARRAY['scheduled'::text, 'waiting'::text, 'running'::text]));

CREATE UNIQUE INDEX push_campaign_journey ON couture.push_campaign USING btree (journey) WHERE (journey IS NOT NULL);

CREATE INDEX push_delivery_clicked ON couture.push_delivery USING btree (campaign_id, clicked_at) WHERE (clicked_at IS NOT NULL);

CREATE INDEX push_delivery_occasion ON couture.push_delivery USING btree (occasion_id) WHERE (occasion_id > 0);

CREATE INDEX push_delivery_open ON couture.push_delivery USING btree (campaign_id, next_at) WHERE (state = ANY (ARRAY['sending'::text, 'waiting'::text]));

CREATE INDEX push_delivery_recent ON couture.push_delivery USING btree (subscription_id, settled_at) WHERE (state = ANY (ARRAY['accepted'::text, 'sending'::text]));

CREATE INDEX push_occasion_open ON couture.push_occasion USING btree (journey, occasion_id) WHERE (state = 'open'::text);

CREATE INDEX push_order_changed ON couture.push_order USING btree (changed_at) WHERE (changed_at IS NOT NULL);

CREATE INDEX push_order_customer ON couture.push_order USING btree (customer_id);

CREATE INDEX push_subscription_customer ON couture.push_subscription USING btree (customer_id, subscription_id);

CREATE INDEX push_subscription_visitor ON couture.push_subscription USING btree (visitor) WHERE (customer_id IS NULL);

CREATE INDEX recommendation_event_at ON couture.recommendation_event USING btree (at);

CREATE INDEX watch_entry_product ON couture.watch_entry USING btree (product_id);

CREATE INDEX webhook_delivery_chat ON couture.webhook_delivery USING btree (webhook_id, session_id, event_id) WHERE (state = 'waiting'::text);

CREATE INDEX webhook_delivery_due ON couture.webhook_delivery USING btree (webhook_id, event_id) WHERE (state = 'waiting'::text);

CREATE INDEX webhook_delivery_event ON couture.webhook_delivery USING btree (event_id);

CREATE INDEX webhook_delivery_leased ON couture.webhook_delivery USING btree (webhook_id, leased_until) WHERE (leased_until IS NOT NULL);

CREATE INDEX webhook_event_happened_at ON couture.webhook_event USING btree (happened_at);

CREATE UNIQUE INDEX webhook_event_order ON couture.webhook_event USING btree (order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX webhook_event_session ON couture.webhook_event USING btree (session_id);

CREATE OR REPLACE FUNCTION couture.append_chat_messages(sessions uuid[], client_ids uuid[], sides text[], senders text[], names text[], kinds text[], bodies text[], products text[], attachments uuid[])
 RETURNS TABLE(place integer, outcome text, seq integer, created_at timestamp with time zone)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  stored_at timestamptz;
begin
  perform from couture.chat_session s where s.session_id = any (sessions) order by s.session_id for no key update;
  stored_at := clock_timestamp();
  return query
  with given as (
    select * from unnest(sessions, client_ids, sides, senders, names, kinds, bodies, products, attachments)
      with ordinality as g (session_id, client_message_id, side, sender, name, kind, body, product_id, attachment_id, place)
  ), judged as (
    select g.*, s.last_seq,
      case
        when s.session_id is null then 'unknown'
        when m.side = g.side and m.sender is not distinct from g.sender then 'repeated'
        when m.seq is not null then 'id_taken'
        when g.side = 'staff' and (s.state <> 'active' or s.assigned_to is distinct from g.sender) then 'not_assigned'
        when s.state = 'closed' then 'closed'
        -- A shopper who writes again opens the chat again, unless there is another open one by now.
        when s.state = 'resolved' and exists (
          select from couture.chat_session o where o.visitor_key = s.visitor_key and o.state in ('waiting', 'active')
        ) then 'closed'
        when g.attachment_id is not null and not exists (
          select from couture.chat_attachment a
          where a.attachment_id = g.attachment_id and a.session_id = g.session_id and a.side = g.side and not a.sent
        ) then 'no_attachment'
        else 'stored'
      end as outcome,
      m.seq as known_seq, m.created_at as known_at
    from given g
    left join couture.chat_session s on s.session_id = g.session_id
    left join couture.chat_message m on m.session_id = g.session_id and m.client_message_id = g.client_message_id
  ), numbered as (
    select *, row_number() over same as copy,
      first_value(side) over same = side and first_value(sender) over same is not distinct from sender as own
    from judged window same as (partition by session_id, client_message_id, outcome order by place)
  ), fresh as (
    select *, (last_seq + row_number() over (partition by session_id order by place))::int as seq
    from numbered where outcome = 'stored' and copy = 1
  ), inserted as (
    insert into couture.chat_message
      (session_id, seq, client_message_id, side, sender, sender_name, kind, body, product_id, attachment_id, created_at)
    select session_id, seq, client_message_id, side, sender, name, kind, body, product_id, attachment_id, stored_at
    from fresh
  ), held as (
    update couture.chat_scheduled w set held = 'shopper_wrote'
    where held is null and session_id in (select session_id from fresh where side = 'shopper')
  ), sent as (
    update couture.chat_attachment a set sent = true from fresh f where a.attachment_id = f.attachment_id
  ), counted as (
    update couture.chat_session s
    set last_seq = f.seq, updated_at = stored_at,
      state = case when s.state = 'resolved' then 'waiting' else s.state end,
      waiting_since = case when s.state = 'resolved' then stored_at else s.waiting_since end,
      assigned_to = case when s.state = 'resolved' then null else s.assigned_to end,
      assigned_name = case when s.state = 'resolved' then null else s.assigned_name end,
      unanswered_since = case when s.state = 'resolved' then stored_at when f.answered then null else s.unanswered_since end,
      missed_at = case when s.state = 'resolved' then null else s.missed_at end,
      announced_at = case when s.state = 'resolved' then null else s.announced_at end,
      snoozed_until = case when f.asked then null else s.snoozed_until end,
      version = s.version + case when s.state = 'resolved' or (f.answered and s.unanswered_since is not null)
        or (f.asked and s.snoozed_until is not null) then 1 else 0 end
    from (select session_id, max(seq) as seq, bool_or(side = 'staff') as answered, bool_or(side = 'shopper') as asked
      from fresh group by session_id) f
    where s.session_id = f.session_id
  )
  select n.place::int,
    case when n.outcome <> 'stored' or n.copy = 1 then n.outcome when n.own then 'repeated' else 'id_taken' end,
    coalesce(n.known_seq, f.seq), case when f.seq is not null then stored_at else n.known_at end
  from numbered n left join fresh f on f.session_id = n.session_id and f.client_message_id = n.client_message_id
    and n.outcome = 'stored'
  order by n.place;
end
$function$;

CREATE OR REPLACE FUNCTION couture.buy_again_words(times integer, every real, last_day date)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when last_day is null then
      case when times > 1 then 'you buy this in about every ' || case when n = 1 then 'order' else n || ' orders' end
           else 'customers buy this in about every ' || case when n = 1 then 'order' else n || ' orders' end end
    when times > 1 then 'you buy this about every ' || span || '; last on ' || day
    else 'customers buy this about every ' || span || '; you bought it on ' || day
  end
  from (
    select n, day, case when n = 1 then unit else n || ' ' || unit || 's' end as span
    from (
      select unit, greatest(1, round(every / days))::int as n, to_char(last_day, 'FMDD FMMonth YYYY') as day
      from (select case when last_day is null then 'order' when every < 6 then 'day' when every < 60 then 'week'
                        when every < 548 then 'month' else 'year' end as unit) u
      join (values ('order', 1), ('day', 1), ('week', 7), ('month', 30.44), ('year', 365.25)) s (unit, days) using (unit)
    ) counted
  ) said
$function$;

CREATE OR REPLACE FUNCTION couture.delete_webhook_deliveries()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_table_name = 'webhook' then
    delete from couture.webhook_delivery d using gone g where d.webhook_id = g.webhook_id;
  elsif exists (select from gone) then
    delete from couture.webhook_delivery d using gone g where d.event_id = g.event_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION couture.fold(words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select lower(regexp_replace(normalize(words, NFKD), U&'[\0300-\036f]', '', 'g'))
$function$;

CREATE OR REPLACE FUNCTION couture.note_webhook_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  wanted text[];
begin
  select array_agg(distinct event) into wanted from couture.webhook w, unnest(w.events) event where w.disabled_at is null;
  if wanted is null then
    return null;
  end if;
  with found as (
    select m.session_id, m.seq, m.side, m.kind, m.sender, m.created_at, t.type, t.place
    from stored m
    cross join lateral (
      select 'chat.opened' as type, 1 as place where 'chat.opened' = any (wanted) and m.side = 'shopper' and case
        when m.seq = 1 then true
        when (select o.side from couture.chat_message o where o.session_id = m.session_id and o.seq = 1) = 'shopper' then false
        else not exists (
          select from couture.chat_message o where o.session_id = m.session_id and o.side = 'shopper' and o.seq < m.seq) end
      union all select 'chat.message', 2 where m.kind <> 'event' and 'chat.message' = any (wanted)
      union all select 'chat.' || m.body, 2
        where m.kind = 'event' and m.body in ('resolved', 'closed') and 'chat.' || m.body = any (wanted)
    ) t
  ), noted as (
    insert into couture.webhook_event (type, session_id, seq, data, happened_at)
    select f.type, f.session_id, f.seq,
      jsonb_build_object('chat_id', f.session_id, 'seq', f.seq, 'customer_id', s.customer_id, 'team', s.team_id,
        'agent', coalesce(f.sender, s.assigned_to))
      || case when f.type = 'chat.message' then jsonb_build_object('side', f.side, 'kind', f.kind) else '{}' end, f.created_at
    from found f cross join lateral (
      select c.customer_id, c.team_id, c.assigned_to from couture.chat_session c where c.session_id = f.session_id limit 1) s
    order by f.session_id, f.seq, f.place
    returning event_id, type, session_id
  )
  insert into couture.webhook_delivery (webhook_id, event_id, session_id)
  select w.webhook_id, n.event_id, n.session_id
  from noted n join couture.webhook w on w.disabled_at is null and n.type = any (w.events);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION couture.reason_source(kind text, reason integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when kind in ('trending', 'bestseller') and reason >= 0 then kind
    when kind = 'buy_again' then 'repeat'
    when kind = 'personalized' and reason >= 20000 then 'repeat'
    when kind = 'personalized' and reason >= 10000 then 'watchlist'
    when kind = 'personalized' and reason > 0 then 'history'
    when reason > 0 then 'orders'
    when reason in (0, -7) then 'content'
    when reason = -1 then 'category_bestseller'
    when reason = -2 then 'bestseller'
    when reason = -4 then 'category_affinity'
    when reason = -5 then 'category'
    when reason = -6 then 'parent_category'
    when reason <= -1000 then 'orders'
  end
$function$;

CREATE OR REPLACE FUNCTION couture.reason_words(kind text, reason integer, because text DEFAULT NULL::text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when kind = 'trending' and reason >= 300 then
      'rising: sells ' || round(reason / 100.0 + 1)::text || ' times as often as usual'
    when kind = 'trending' and reason > 0 then 'rising: ' || reason::text || ' % above its usual rate'
    when kind = 'trending' and reason = 0 then 'selling steadily'
    when kind = 'bestseller' and reason > 0 then
      'bought in ' || reason::text || case when reason = 1 then ' order' when reason = 32767 then ' or more orders' else ' orders' end
    when kind = 'bestseller' and reason = 0 then 'bestseller'
    when kind = 'personalized' and reason >= 30000 then
      coalesce('you often buy ' || because, 'you often buy this')
    when kind = 'personalized' and reason >= 20000 then
      coalesce('you bought ' || because || ' before', 'you bought this before')
    when kind = 'personalized' and reason >= 10000 then
      coalesce('because ' || because || ' is on your watch list', 'because of your watch list')
    when kind = 'personalized' and reason > 0 then
      coalesce('because you bought ' || because, 'because of what you bought')
    when kind = 'similar' and reason > 2 then
      reason::text || case when reason = 32767 then ' or more' else '' end || ' customers bought both'
    when kind = 'similar' and reason > 0 then 'bought by the same customers'
    when reason > 2 then
      'bought together in ' || reason::text || case when reason = 32767 then ' or more' else '' end || ' orders'
    when reason > 0 then 'bought together before'
    when reason = 0 then 'same category, similar price'
    when reason = -1 then 'bestseller in its category'
    when reason = -2 then 'bestseller of the shop'
    when reason = -4 then 'goes with its category'
    when reason = -5 then 'same category'
    when reason = -6 then 'same parent category'
    when reason = -7 then 'similar description, similar price'
    when reason < -1002 then 'bought instead: ' || (-1000 - reason)::text || ' customers bought both, rarely together'
    when reason <= -1000 then 'bought instead, rarely together'
  end
$function$;

CREATE OR REPLACE FUNCTION couture.remove_unused_labels()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from removed where label_id is not null) then
    perform pg_advisory_xact_lock(1818321516);
    delete from couture.chat_label l where label_id in (select label_id from removed)
      and not exists (select from couture.chat_session_label s where s.label_id = l.label_id)
      and not exists (select from couture.chat_filter f where f.label_id = l.label_id);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION couture.store_chat_invitation(given_visitor text, given_customer text, given_invite text, given_arm text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('chat invitation: visitor ' || given_visitor, 0));
  if given_customer is not null then
    perform pg_advisory_xact_lock(hashtextextended('chat invitation: customer ' || given_customer, 0));
  end if;
  insert into couture.chat_invitation (visitor, customer, invite_id, arm)
  select given_visitor, given_customer, given_invite, given_arm
  where not exists (
    select from couture.chat_invitation
    where (visitor = given_visitor or customer = given_customer) and at > clock_timestamp() - interval '7 days'
  );
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION couture.tell_curation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('couture_curation', '');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION couture.tell_experiment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('couture_published', '');
  return null;
end
$function$;

create view couture.recommendation as
 SELECT l.build_id,
    l.kind,
    k.product_id AS subject,
    e.rank::integer AS rank,
    i.product_id AS item_id,
    e.score,
    couture.reason_words(l.kind, e.reason::integer) AS reason,
    couture.reason_source(l.kind, e.reason::integer) AS source,
    couture.reason_source(l.kind, e.reason::integer) AS rung
   FROM couture.product_list l
     JOIN couture.product_key k ON k.representative_key = l.product_key
     CROSS JOIN LATERAL UNNEST(l.item_keys, l.scores, l.reasons) WITH ORDINALITY e(item_key, score, reason, rank)
     JOIN couture.product_key i ON i.product_key = e.item_key
  WHERE l.build_id = (( SELECT p.build_id
           FROM couture.published p))
UNION ALL
 SELECT l.build_id,
    'personalized'::text AS kind,
    k.customer_id AS subject,
    e.rank::integer AS rank,
    i.product_id AS item_id,
    e.score,
    couture.reason_words('personalized'::text, e.reason::integer, NULLIF(b.product_id, i.product_id)) AS reason,
    couture.reason_source('personalized'::text, e.reason::integer) AS source,
    couture.reason_source('personalized'::text, e.reason::integer) AS rung
   FROM couture.customer_list l
     JOIN couture.customer_key k ON k.customer_key = l.customer_key
     CROSS JOIN LATERAL UNNEST(l.item_keys, l.scores, l.reasons) WITH ORDINALITY e(item_key, score, reason, rank)
     JOIN couture.product_key i ON i.product_key = e.item_key
     LEFT JOIN couture.product_key b ON b.product_key = l.because_keys[e.reason::integer % 10000]
  WHERE l.build_id = (( SELECT p.build_id
           FROM couture.published p))
UNION ALL
 SELECT l.build_id,
    'buy_again'::text AS kind,
    k.customer_id AS subject,
    e.rank::integer AS rank,
    i.product_id AS item_id,
    e.probability AS score,
    couture.buy_again_words(e.times::integer, e.every, e.last_day) AS reason,
    'repeat'::text AS source,
    'repeat'::text AS rung
   FROM couture.buy_again_list l
     JOIN couture.customer_key k ON k.customer_key = l.customer_key
     CROSS JOIN LATERAL UNNEST(l.item_keys, l.probabilities, l.last_days, l.intervals, l.times) WITH ORDINALITY e(item_key, probability, last_day, every, times, rank)
     JOIN couture.product_key i ON i.product_key = e.item_key
  WHERE l.build_id = (( SELECT p.build_id
           FROM couture.published p))
UNION ALL
 SELECT l.build_id,
    l.kind,
    l.category AS subject,
    e.rank::integer AS rank,
    i.product_id AS item_id,
    e.score,
    couture.reason_words(l.kind, e.reason::integer) AS reason,
    couture.reason_source(l.kind, e.reason::integer) AS source,
    couture.reason_source(l.kind, e.reason::integer) AS rung
   FROM couture.trending_list l
     CROSS JOIN LATERAL UNNEST(l.item_keys, l.scores, l.reasons) WITH ORDINALITY e(item_key, score, reason, rank)
     JOIN couture.product_key i ON i.product_key = e.item_key
  WHERE l.build_id = (( SELECT p.build_id
           FROM couture.published p));

CREATE TRIGGER remove_unused_labels AFTER DELETE ON couture.chat_filter REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION couture.remove_unused_labels();

CREATE TRIGGER chat_message_webhooks AFTER INSERT ON couture.chat_message REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION couture.note_webhook_events();

CREATE TRIGGER remove_unused_labels AFTER DELETE ON couture.chat_session_label REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION couture.remove_unused_labels();

CREATE TRIGGER curation_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON couture.curation FOR EACH STATEMENT EXECUTE FUNCTION couture.tell_curation();

CREATE TRIGGER experiment_changed AFTER INSERT OR DELETE OR UPDATE ON couture.experiment FOR EACH STATEMENT EXECUTE FUNCTION couture.tell_experiment();

CREATE TRIGGER webhook_deleted AFTER DELETE ON couture.webhook REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION couture.delete_webhook_deliveries();

CREATE TRIGGER webhook_event_deleted AFTER DELETE ON couture.webhook_event REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION couture.delete_webhook_deliveries();

alter table couture.chat_attachment add constraint chat_attachment_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_filter add constraint chat_filter_label_id_fkey FOREIGN KEY (label_id) REFERENCES couture.chat_label(label_id) ON DELETE CASCADE;

alter table couture.chat_filter add constraint chat_filter_team_id_fkey FOREIGN KEY (team_id) REFERENCES couture.chat_team(team_id) ON DELETE CASCADE;

alter table couture.chat_invite add constraint chat_invite_team_id_fkey FOREIGN KEY (team_id) REFERENCES couture.chat_team(team_id) ON DELETE SET NULL;

alter table couture.chat_mail add constraint chat_mail_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_mail_out add constraint chat_mail_out_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_message add constraint chat_message_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_note add constraint chat_note_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_rating add constraint chat_rating_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_scheduled add constraint chat_scheduled_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_session add constraint chat_session_team_id_fkey FOREIGN KEY (team_id) REFERENCES couture.chat_team(team_id) ON DELETE SET NULL;

alter table couture.chat_session_label add constraint chat_session_label_label_id_fkey FOREIGN KEY (label_id) REFERENCES couture.chat_label(label_id) ON DELETE CASCADE;

alter table couture.chat_session_label add constraint chat_session_label_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.chat_team_member add constraint chat_team_member_team_id_fkey FOREIGN KEY (team_id) REFERENCES couture.chat_team(team_id) ON DELETE CASCADE;

alter table couture.chat_ticket add constraint chat_ticket_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;

alter table couture.experiment add constraint experiment_build_id_fkey FOREIGN KEY (build_id) REFERENCES couture.build(build_id);

alter table couture.published add constraint published_build_id_fkey FOREIGN KEY (build_id) REFERENCES couture.build(build_id);

alter table couture.push_delivery add constraint push_delivery_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES couture.push_campaign(campaign_id) ON DELETE CASCADE;

alter table couture.tuning_trial add constraint tuning_trial_run_id_fkey FOREIGN KEY (run_id) REFERENCES couture.tuning_run(run_id) ON DELETE CASCADE;

alter table couture.webhook_event add constraint webhook_event_session_id_fkey FOREIGN KEY (session_id) REFERENCES couture.chat_session(session_id) ON DELETE CASCADE;
