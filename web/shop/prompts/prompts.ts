// The shop's prompts, loaded after the first page: update, install, notifications; the chat, whose place is reserved; and the card of
// what was added to the bag, which is shown at once then.
import '../../chat/chat.element.ts';
import '../bottom/added-to-bag.element.ts';
import './install-prompt.element.ts';
import './update-prompt.element.ts';
import { PushQuestion } from './push-question.element.ts';

const question = new PushQuestion();
question.push = document.querySelector('couture-shop')!.push;
document.body.append(
  document.createElement('couture-update-prompt'),
  document.createElement('couture-install-prompt'),
  question,
);
