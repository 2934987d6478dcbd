// What the shop asks of its own accord, loaded when the first page stands: to turn to a newer shop, to be installed; and
// the chat, whose place the shop has kept.
import '../../chat/chat.element.ts';
import './install-prompt.element.ts';
import './update-prompt.element.ts';

document.body.append(
  document.createElement('couture-update-prompt'),
  document.createElement('couture-install-prompt'),
);
