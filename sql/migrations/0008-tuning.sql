-- What `couture recs tune` tried on the shop's orders, and what it found.

-- One row a search.
create table couture.tuning_run (
  run_id      int generated always as identity primary key,
  task        text not null check (task in ('personalized', 'copurchase')),
  started_at  timestamptz not null default now(),
  finished_at timestamptz,                     -- null: it runs, or was stopped
  seed        bigint not null,
  budget_ms   bigint not null,
  winner      jsonb,                           -- settings, as in the file of --out
  score       real,
  applied     boolean not null default false   -- written into couture.config.json
);

-- One row a trial, written when it is done.
create table couture.tuning_trial (
  run_id   int not null references couture.tuning_run on delete cascade,
  trial    int not null,
  phase    text not null,                      -- halving | steps
  units    int not null,                       -- customers or baskets that were asked about
  settings jsonb not null,
  score    real not null,
  coverage real not null,
  ms       int not null,
  primary key (run_id, trial)
);
