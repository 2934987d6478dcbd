-- Product pages that shoppers open, beside the events of recommendations: with kind `product_page` and place 1.
alter table couture.recommendation_event drop constraint recommendation_event_type_check;
alter table couture.recommendation_event add constraint recommendation_event_type_check
  check (type in ('impression', 'click', 'add_to_cart', 'view'));
