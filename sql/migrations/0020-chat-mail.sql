-- Chats that go on by e-mail: replies that a shopper has not seen are mailed, and answers become messages.

-- Browsers that followed the link of a mail, as hashes of their secrets: they see this chat, besides its own visitor.
alter table couture.chat_session add column also_keys text[] not null default '{}';

create table couture.chat_mail (
  session_id      uuid primary key references couture.chat_session on delete cascade,
  reply_token     text not null unique,         -- in the address that answers go to; lower case, since mail servers may fold it
  link_key        bytea not null,               -- signs the links in this chat's mails
  mailed_seq      integer not null default 0,   -- messages up to this one are in a mail
  unsubscribed_at timestamptz,
  bounced_at      timestamptz                   -- a mail could not be delivered: none is sent any more
);

-- Each mail is stored before it is sent, with its Message-ID, so that one that is sent twice is recognized.
create table couture.chat_mail_out (
  mail_id    bigint generated always as identity primary key,
  session_id uuid not null references couture.chat_session on delete cascade,
  message_id text not null unique,
  after_seq  integer not null,
  to_seq     integer not null,
  attempts   integer not null default 0,
  next_at    timestamptz not null default now(), -- while it is being sent: when another process may try
  sent_at    timestamptz,
  failed     text,                               -- why it was given up
  created_at timestamptz not null default now(),
  unique (session_id, to_seq)
);
create index chat_mail_out_due on couture.chat_mail_out (next_at) where sent_at is null and failed is null;

-- How far the mailbox is read.
create table couture.chat_mailbox (
  mailbox      text primary key,
  uid_validity bigint not null,
  last_uid     bigint not null
);

create index chat_session_mailable on couture.chat_session (updated_at) where email is not null;
