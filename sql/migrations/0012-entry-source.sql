-- couture.recommendation names where an entry comes from in the column `source`; before, the column was `rung`. Renamed in
-- place, so that views of the shop that read it survive. A new database gets the view only after its migrations.
do $$
begin
  if to_regclass('couture.recommendation') is not null then
    alter view couture.recommendation rename column rung to source;
  end if;
  if to_regprocedure('couture.reason_rung(text, integer)') is not null then
    alter function couture.reason_rung(text, integer) rename to reason_source;
  end if;
end
$$;
