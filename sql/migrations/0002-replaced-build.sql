-- The build that was served when this one was published: `couture recs rollback` goes back to it.
alter table couture.build add column replaced int;
