-- The published build for people and BI tools: one row an entry, ids as the shop writes them, reasons in words.
-- Not a migration: this file is applied again whenever it, or the type of the shop's ids, has changed.

-- A reason above 0 is evidence, and what it counts depends on the kind; 0 and below are the codes of
-- store/lists/fallback-chain.ts. similar: -1000 - n is a substitute, bought by n customers of the product on other occasions.
-- personalized: entry n of because_keys was bought; 10000 + n: is watched; 20000 + n: is the product itself, bought before;
-- 30000 + n: the product itself, bought on three days or more.
create or replace function couture.reason_words(kind text, reason int, because text default null) returns text
language sql immutable parallel safe as $$
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
$$;

-- Why an entry of `buy_again` is due: `you buy this about every 5 weeks; last on 2 October 2026`. Intervals are days, or
-- orders if there is no last day. From six days on people count in weeks, from sixty in months, from 18 months in years.
create or replace function couture.buy_again_words(times int, every real, last_day date) returns text
language sql immutable parallel safe as $$
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
$$;

-- The source of an entry: the list's own evidence, or a source of the fallback chain (store/lists/fallback-chain.ts).
create or replace function couture.reason_source(kind text, reason int) returns text
language sql immutable parallel safe as $$
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
$$;

-- The build is chosen by a subquery, not by a join, so that the partitions of other builds are never opened.
-- `rung` is the former name of `source`, for queries that were written before; it reads the same.
create or replace view couture.recommendation as
  select l.build_id, l.kind, k.product_id::text as subject, e.rank::int as rank, i.product_id as item_id,
         e.score, couture.reason_words(l.kind, e.reason) as reason, couture.reason_source(l.kind, e.reason) as source,
         couture.reason_source(l.kind, e.reason) as rung
  from couture.product_list l
  join couture.product_key k on k.representative_key = l.product_key
  cross join lateral unnest(l.item_keys, l.scores, l.reasons) with ordinality as e (item_key, score, reason, rank)
  join couture.product_key i on i.product_key = e.item_key
  where l.build_id = (select p.build_id from couture.published p)
union all
  select l.build_id, 'personalized', k.customer_id::text, e.rank::int, i.product_id,
         e.score, couture.reason_words('personalized', e.reason, nullif(b.product_id, i.product_id)::text),
         couture.reason_source('personalized', e.reason), couture.reason_source('personalized', e.reason)
  from couture.customer_list l
  join couture.customer_key k on k.customer_key = l.customer_key
  cross join lateral unnest(l.item_keys, l.scores, l.reasons) with ordinality as e (item_key, score, reason, rank)
  join couture.product_key i on i.product_key = e.item_key
  left join couture.product_key b
    on b.product_key = l.because_keys[e.reason % 10000]
  where l.build_id = (select p.build_id from couture.published p)
union all
  select l.build_id, 'buy_again', k.customer_id::text, e.rank::int, i.product_id, e.probability,
         couture.buy_again_words(e.times, e.every, e.last_day), 'repeat', 'repeat'
  from couture.buy_again_list l
  join couture.customer_key k on k.customer_key = l.customer_key
  cross join lateral unnest(l.item_keys, l.probabilities, l.last_days, l.intervals, l.times)
    with ordinality as e (item_key, probability, last_day, every, times, rank)
  join couture.product_key i on i.product_key = e.item_key
  where l.build_id = (select p.build_id from couture.published p)
union all
  select l.build_id, l.kind, l.category, e.rank::int, i.product_id,
         e.score, couture.reason_words(l.kind, e.reason), couture.reason_source(l.kind, e.reason),
         couture.reason_source(l.kind, e.reason)
  from couture.trending_list l
  cross join lateral unnest(l.item_keys, l.scores, l.reasons) with ordinality as e (item_key, score, reason, rank)
  join couture.product_key i on i.product_key = e.item_key
  where l.build_id = (select p.build_id from couture.published p);
