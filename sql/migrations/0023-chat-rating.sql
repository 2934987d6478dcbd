-- What shoppers say about chats that have ended: from 1, very bad, to 5, very good.
create table couture.chat_rating (
  session_id uuid primary key references couture.chat_session on delete cascade,
  score      smallint not null check (score between 1 and 5),
  comment    text,
  agent      text,                                -- subject of the agent who wrote last, for reports
  rated_at   timestamptz not null default now(),  -- when it was given; changes are accepted for a day
  changed_at timestamptz not null default now()
);
create index chat_rating_rated_at on couture.chat_rating (rated_at);
