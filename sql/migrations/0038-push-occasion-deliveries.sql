-- The messages of an occasion: a run of a journey closes its occasions by them, and read all messages of the journey for every 500.
create index push_delivery_occasion on couture.push_delivery (occasion_id) where occasion_id > 0;
