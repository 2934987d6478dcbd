-- Who is shown what, so that it can be told what recommendations are worth.

-- The arm that the visitor was in when it happened: standard, holdout (bestsellers instead), experiment (another
-- build); null: nobody was told apart.
alter table couture.recommendation_event add column arm text check (arm in ('standard', 'holdout', 'experiment'));

-- Two builds side by side: visitors of the share are shown the lists of `build_id`, all others those of the published
-- build. One runs at a time.
create table couture.experiment (
  experiment_id int generated always as identity primary key,
  name          text not null check (name <> ''),
  build_id      int not null references couture.build,
  share         real not null check (share > 0 and share <= 0.9),
  started_at    timestamptz not null default now(),
  ended_at      timestamptz
);

create unique index experiment_running on couture.experiment ((true)) where ended_at is null;

-- Runtimes take it as they take another build: at once.
create function couture.tell_experiment() returns trigger language plpgsql as $$
begin
  perform pg_notify('couture_published', '');
  return null;
end
$$;

create trigger experiment_changed after insert or update or delete on couture.experiment
  for each statement execute function couture.tell_experiment();
