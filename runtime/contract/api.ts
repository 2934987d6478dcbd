// All routes of the API by operation name. The OpenAPI document and the tests iterate over them.

import { accessibilityRoutes } from './accessibility.ts';
import { agentDeviceRoutes } from './agent-device.ts';
import { bagRoutes } from './bag.ts';
import { catalogueRoutes } from './catalogue.ts';
import { chatConsoleRoutes } from './chat-console.ts';
import { chatFilterRoutes } from './chat-filter.ts';
import { chatInviteRoutes } from './chat-invite.ts';
import { chatLabelRoutes } from './chat-label.ts';
import { chatLaterRoutes } from './chat-later.ts';
import { chatRatingRoutes } from './chat-rating.ts';
import { chatMessageRoutes, chatSessionRoutes } from './chat-session.ts';
import { eventRoutes } from './event.ts';
import { mailListRoutes } from './mail-list.ts';
import { operationRoutes } from './operations.ts';
import { orderRoutes } from './order.ts';
import { pushRoutes } from './push.ts';
import { recommendationRoutes } from './recommendation.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { shopRoutes } from './shop.ts';
import { shopAnswerRoutes } from './shop-answer.ts';
import { watchListRoutes } from './watch-list.ts';

/** Written out, because the compiler would repeat every route in the package's types: 100 KB. */
type Api = {
  readonly similarProducts: typeof recommendationRoutes.similar;
  readonly boughtTogether: typeof recommendationRoutes.boughtTogether;
  readonly personalized: typeof recommendationRoutes.personalized;
  readonly buyAgain: typeof recommendationRoutes.buyAgain;
  readonly trending: typeof recommendationRoutes.trending;
  readonly youMayLike: typeof recommendationRoutes.youMayLike;
  readonly bundle: typeof recommendationRoutes.bundle;
  readonly forCart: typeof recommendationRoutes.forCart;
  readonly mailList: typeof mailListRoutes.read;
  readonly products: typeof catalogueRoutes.products;
  readonly facets: typeof catalogueRoutes.facets;
  readonly product: typeof catalogueRoutes.product;
  readonly categories: typeof catalogueRoutes.categories;
  readonly placeOrder: typeof orderRoutes.place;
  readonly ownOrders: typeof orderRoutes.own;
  readonly readWatchList: typeof watchListRoutes.read;
  readonly watch: typeof watchListRoutes.add;
  readonly unwatch: typeof watchListRoutes.remove;
  readonly saveBag: typeof bagRoutes.save;
  readonly shop: typeof shopRoutes.read;
  readonly accessibility: typeof accessibilityRoutes.read;
  readonly sendEvents: typeof eventRoutes.send;
  readonly openSession: typeof sessionRoutes.open;
  readonly readSession: typeof sessionRoutes.read;
  readonly closeSession: typeof sessionRoutes.close;
  readonly chatAvailability: typeof chatSessionRoutes.availability;
  readonly openChat: typeof chatSessionRoutes.open;
  readonly activeChat: typeof chatSessionRoutes.active;
  readonly readChat: typeof chatSessionRoutes.one;
  readonly closeChat: typeof chatSessionRoutes.close;
  readonly reopenChat: typeof chatSessionRoutes.reopen;
  readonly tellChatContext: typeof chatSessionRoutes.context;
  readonly chatTicket: typeof chatSessionRoutes.ticket;
  readonly chatMessages: typeof chatMessageRoutes.list;
  readonly sendChatMessage: typeof chatMessageRoutes.send;
  readonly markChatRead: typeof chatMessageRoutes.read;
  readonly uploadChatAttachment: typeof chatMessageRoutes.upload;
  readonly chatAttachment: typeof chatMessageRoutes.download;
  readonly chatRating: typeof chatRatingRoutes.read;
  readonly rateChat: typeof chatRatingRoutes.write;
  readonly offeredAnswers: typeof shopAnswerRoutes.offered;
  readonly askShop: typeof shopAnswerRoutes.ask;
  readonly suggestReplies: typeof shopAnswerRoutes.suggest;
  readonly listChats: typeof chatConsoleRoutes.list;
  readonly assignChat: typeof chatConsoleRoutes.assign;
  readonly transferChat: typeof chatConsoleRoutes.transfer;
  readonly returnChat: typeof chatConsoleRoutes.return;
  readonly resolveChat: typeof chatConsoleRoutes.resolve;
  readonly chatAgents: typeof chatConsoleRoutes.agents;
  readonly chatTeams: typeof chatConsoleRoutes.teams;
  readonly setAgentState: typeof chatConsoleRoutes.me;
  readonly saveAgentDevice: typeof agentDeviceRoutes.save;
  readonly removeAgentDevice: typeof agentDeviceRoutes.remove;
  readonly consoleTicket: typeof chatConsoleRoutes.ticket;
  readonly chatNotes: typeof chatConsoleRoutes.notes;
  readonly addChatNote: typeof chatConsoleRoutes.addNote;
  readonly chatShopper: typeof chatConsoleRoutes.shopper;
  readonly chatTranscript: typeof chatConsoleRoutes.transcript;
  readonly chatLabels: typeof chatLabelRoutes.list;
  readonly addChatLabel: typeof chatLabelRoutes.add;
  readonly removeChatLabel: typeof chatLabelRoutes.remove;
  readonly chatInvites: typeof chatInviteRoutes.list;
  readonly showChatInvite: typeof chatInviteRoutes.show;
  readonly chatInviteOpened: typeof chatInviteRoutes.opened;
  readonly chatInviteRules: typeof chatInviteRoutes.rules;
  readonly chatInviteLifts: typeof chatInviteRoutes.lifts;
  readonly createChatInviteRule: typeof chatInviteRoutes.create;
  readonly changeChatInviteRule: typeof chatInviteRoutes.change;
  readonly removeChatInviteRule: typeof chatInviteRoutes.remove;
  readonly laterTimes: typeof chatLaterRoutes.times;
  readonly snoozeChat: typeof chatLaterRoutes.snooze;
  readonly scheduledReplies: typeof chatLaterRoutes.scheduled;
  readonly scheduleReply: typeof chatLaterRoutes.schedule;
  readonly rescheduleReply: typeof chatLaterRoutes.reschedule;
  readonly cancelReply: typeof chatLaterRoutes.unschedule;
  readonly chatFilters: typeof chatFilterRoutes.list;
  readonly saveChatFilter: typeof chatFilterRoutes.save;
  readonly removeChatFilter: typeof chatFilterRoutes.remove;
  readonly cannedReplies: typeof chatConsoleRoutes.replies;
  readonly writeCannedReply: typeof chatConsoleRoutes.writeReply;
  readonly removeCannedReply: typeof chatConsoleRoutes.removeReply;
  readonly pushKey: typeof pushRoutes.key;
  readonly savePushSubscription: typeof pushRoutes.save;
  readonly removePushSubscription: typeof pushRoutes.remove;
  readonly sendPushEvent: typeof pushRoutes.event;
  readonly health: typeof operationRoutes.health;
  readonly ready: typeof operationRoutes.ready;
  readonly metrics: typeof operationRoutes.metrics;
};

export const api: Api = {
  similarProducts: recommendationRoutes.similar,
  boughtTogether: recommendationRoutes.boughtTogether,
  personalized: recommendationRoutes.personalized,
  buyAgain: recommendationRoutes.buyAgain,
  trending: recommendationRoutes.trending,
  youMayLike: recommendationRoutes.youMayLike,
  bundle: recommendationRoutes.bundle,
  forCart: recommendationRoutes.forCart,
  mailList: mailListRoutes.read,
  products: catalogueRoutes.products,
  facets: catalogueRoutes.facets,
  product: catalogueRoutes.product,
  categories: catalogueRoutes.categories,
  placeOrder: orderRoutes.place,
  ownOrders: orderRoutes.own,
  readWatchList: watchListRoutes.read,
  watch: watchListRoutes.add,
  unwatch: watchListRoutes.remove,
  saveBag: bagRoutes.save,
  shop: shopRoutes.read,
  accessibility: accessibilityRoutes.read,
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
  chatRating: chatRatingRoutes.read,
  rateChat: chatRatingRoutes.write,
  offeredAnswers: shopAnswerRoutes.offered,
  askShop: shopAnswerRoutes.ask,
  suggestReplies: shopAnswerRoutes.suggest,
  listChats: chatConsoleRoutes.list,
  assignChat: chatConsoleRoutes.assign,
  transferChat: chatConsoleRoutes.transfer,
  returnChat: chatConsoleRoutes.return,
  resolveChat: chatConsoleRoutes.resolve,
  chatAgents: chatConsoleRoutes.agents,
  chatTeams: chatConsoleRoutes.teams,
  setAgentState: chatConsoleRoutes.me,
  saveAgentDevice: agentDeviceRoutes.save,
  removeAgentDevice: agentDeviceRoutes.remove,
  consoleTicket: chatConsoleRoutes.ticket,
  chatNotes: chatConsoleRoutes.notes,
  addChatNote: chatConsoleRoutes.addNote,
  chatShopper: chatConsoleRoutes.shopper,
  chatTranscript: chatConsoleRoutes.transcript,
  chatLabels: chatLabelRoutes.list,
  addChatLabel: chatLabelRoutes.add,
  removeChatLabel: chatLabelRoutes.remove,
  chatInvites: chatInviteRoutes.list,
  showChatInvite: chatInviteRoutes.show,
  chatInviteOpened: chatInviteRoutes.opened,
  chatInviteRules: chatInviteRoutes.rules,
  chatInviteLifts: chatInviteRoutes.lifts,
  createChatInviteRule: chatInviteRoutes.create,
  changeChatInviteRule: chatInviteRoutes.change,
  removeChatInviteRule: chatInviteRoutes.remove,
  laterTimes: chatLaterRoutes.times,
  snoozeChat: chatLaterRoutes.snooze,
  scheduledReplies: chatLaterRoutes.scheduled,
  scheduleReply: chatLaterRoutes.schedule,
  rescheduleReply: chatLaterRoutes.reschedule,
  cancelReply: chatLaterRoutes.unschedule,
  chatFilters: chatFilterRoutes.list,
  saveChatFilter: chatFilterRoutes.save,
  removeChatFilter: chatFilterRoutes.remove,
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
} satisfies Record<string, Route>;

export type Operation = keyof typeof api;
