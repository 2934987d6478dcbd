// What the shop asks of its own accord, loaded when the first page stands: to turn to a newer shop, to be installed,
// to send messages; and the chat, whose place the shop has kept.
import '../../chat/chat.element.ts';
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
