-- Since when the holdout share of a journey is what it is: people found before were divided otherwise, or not at all.
alter table couture.push_journey add column holdout_since timestamptz not null default now();

update couture.push_journey j set holdout_since = o.first
from (select journey, min(created_at) as first from couture.push_occasion where state = 'held_out' group by journey) o
where o.journey = j.name;
