-- Check that an executor reaches the database, for couture doctor.
create temporary view ping using jdbc options (
  ${target}, dbtable "(select 1 as part union all select 2) ping",
  partitionColumn 'part', lowerBound '1', upperBound '3', numPartitions '2'
);

select count(*) from ping;
