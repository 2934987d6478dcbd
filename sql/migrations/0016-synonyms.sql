-- Words that shoppers use for the same thing. The shop edits this table, and searches follow within a minute:
--   insert into couture.synonym (words) values ('{beanie,bobble hat,woolly hat}');
create table couture.synonym (
  words text[] primary key check (cardinality(words) between 2 and 20)
);

insert into couture.synonym (words) values
  ('{t-shirt,tshirt,tee}'),
  ('{sneakers,trainers}'),
  ('{jumper,sweater,pullover}'),
  ('{trousers,pants}'),
  ('{swimsuit,bathing suit}'),
  ('{handbag,purse}');
