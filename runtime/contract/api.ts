// All routes of the API by operation name. The OpenAPI document and the tests iterate over them.
import { catalogueRoutes } from './catalogue.ts';
import { chatConsoleRoutes } from './chat-console.ts';
import { chatMessageRoutes, chatSessionRoutes } from './chat-session.ts';
import { eventRoutes } from './event.ts';
import { operationRoutes } from './operations.ts';
import { orderRoutes } from './order.ts';
import { pushRoutes } from './push.ts';
import { recommendationRoutes } from './recommendation.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { shopRoutes } from './shop.ts';
import { watchListRoutes } from './watch-list.ts';

export const api = {
  similarProducts: recommendationRoutes.similar,
  boughtTogether: recommendationRoutes.boughtTogether,
  personalized: recommendationRoutes.personalized,
  buyAgain: recommendationRoutes.buyAgain,
  trending: recommendationRoutes.trending,
  youMayLike: recommendationRoutes.youMayLike,
  bundle: recommendationRoutes.bundle,
  forCart: recommendationRoutes.forCart,
  products: catalogueRoutes.products,
  product: catalogueRoutes.product,
  categories: catalogueRoutes.categories,
  placeOrder: orderRoutes.place,
  ownOrders: orderRoutes.own,
  readWatchList: watchListRoutes.read,
  watch: watchListRoutes.add,
  unwatch: watchListRoutes.remove,
  shop: shopRoutes.read,
  sendEvents: eventRoutes.send,
  openSession: sessionRoutes.open,
  readSession: sessionRoutes.read,
  closeSession: sessionRoutes.close,
  chatAvailability: chatSessionRoutes.availability,
  openChat: chatSessionRoutes.open,
  activeChat: chatSessionRoutes.active,
  readChat: chatSessionRoutes.one,
  closeChat: chatSessionRoutes.close,
  reopenChat: chatSessionRoutes.reopen,
  tellChatContext: chatSessionRoutes.context,
  chatTicket: chatSessionRoutes.ticket,
  chatMessages: chatMessageRoutes.list,
  sendChatMessage: chatMessageRoutes.send,
  markChatRead: chatMessageRoutes.read,
  uploadChatAttachment: chatMessageRoutes.upload,
  chatAttachment: chatMessageRoutes.download,
  listChats: chatConsoleRoutes.list,
  assignChat: chatConsoleRoutes.assign,
  transferChat: chatConsoleRoutes.transfer,
  returnChat: chatConsoleRoutes.return,
  resolveChat: chatConsoleRoutes.resolve,
  chatAgents: chatConsoleRoutes.agents,
  consoleTicket: chatConsoleRoutes.ticket,
  chatNotes: chatConsoleRoutes.notes,
  addChatNote: chatConsoleRoutes.addNote,
  chatShopper: chatConsoleRoutes.shopper,
  chatTranscript: chatConsoleRoutes.transcript,
  cannedReplies: chatConsoleRoutes.replies,
  writeCannedReply: chatConsoleRoutes.writeReply,
  removeCannedReply: chatConsoleRoutes.removeReply,
  pushKey: pushRoutes.key,
  savePushSubscription: pushRoutes.save,
  removePushSubscription: pushRoutes.remove,
  sendPushEvent: pushRoutes.event,
  health: operationRoutes.health,
  ready: operationRoutes.ready,
  metrics: operationRoutes.metrics,
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof api;
