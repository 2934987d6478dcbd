-- What subscribers do with messages, so that those who don't react get fewer of them.

alter table couture.push_delivery add column shown_at timestamptz;   -- reported by the worker, where the browser runs it

alter table couture.push_subscription
  add column subscribed_at timestamptz not null default now(),   -- age of the permission; topics may have been chosen later
  add column installed_at  timestamptz,                          -- when the shop was last opened as an installed app
  add column clicked_at    timestamptz,                          -- the last click
  add column shown         int not null default 0,               -- messages, also those that are pruned
  add column clicks        int not null default 0,
  add column dismissals    int not null default 0;

update couture.push_subscription s set subscribed_at = s.consented_at, clicked_at = d.clicked_at,
  shown = coalesce(d.shown, 0), clicks = coalesce(d.clicks, 0), dismissals = coalesce(d.dismissals, 0)
from couture.push_subscription o left join (
  select subscription_id, max(clicked_at) as clicked_at, count(clicked_at)::int as clicks, count(dismissed_at)::int as dismissals,
    count(coalesce(clicked_at, dismissed_at))::int as shown
  from couture.push_delivery group by subscription_id) d using (subscription_id)
where o.subscription_id = s.subscription_id;

update couture.push_delivery set shown_at = least(clicked_at, dismissed_at) where clicked_at is not null or dismissed_at is not null;
