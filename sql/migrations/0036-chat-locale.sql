-- The language in which a shopper started a chat: that of its mails and of the pages that their links open.

alter table couture.chat_session add column locale text;   -- BCP 47, such as de; null: the shop's
