-- Rules by which the chat invites shoppers, and whom it has invited or, to compare with, left alone.

create table couture.chat_invite (
  invite_id  text primary key check (invite_id ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  enabled    boolean not null default true,
  path       text not null default '/*' check (char_length(path) between 1 and 200), -- of the page; * is any text
  idle       int not null default 20 check (idle between 5 and 3600), -- seconds without a key, touch or scroll
  min_cart   numeric(12, 3) check (min_cart > 0),  -- value of the cart in the shop's currency; null: any
  only_returning boolean not null default false,       -- only visitors who were here before
  team_id    text references couture.chat_team on delete set null, -- who answers; null: any agent
  holdout    float8 not null default 0.1 check (holdout between 0 and 0.9),
  texts      jsonb not null check (jsonb_typeof(texts) = 'object' and texts <> '{}'), -- language → text
  created_at timestamptz not null default now()
);

-- No reference to the rule: what it achieved is reported after its removal, too.
create table couture.chat_invitation (
  invitation_id bigint generated always as identity primary key,
  visitor    text not null,
  customer   text,                        -- null: not signed in
  invite_id  text not null,
  arm        text not null check (arm in ('invited', 'holdout')),
  at         timestamptz not null default clock_timestamp(),
  opened_at  timestamptz                  -- when the visitor opened the chat from it
);
create index chat_invitation_visitor on couture.chat_invitation (visitor, at);
create index chat_invitation_customer on couture.chat_invitation (customer, at) where customer is not null;
create index chat_invitation_at on couture.chat_invitation (at);

-- Stores an invitation unless the visitor, or the same customer on another device, had one within seven days. Tabs that ask at
-- the same time wait for each other: the visitor's lock first, then the customer's, so that they never wait in a circle.
create function couture.store_chat_invitation(
  given_visitor text, given_customer text, given_invite text, given_arm text
) returns boolean
language plpgsql as $$
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
$$;
