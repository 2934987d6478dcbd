// Live chat of one process: wires writer, channels, bus, presence, sockets and routes, and closes them in order.

import type Koa from 'koa';
import type { Context } from 'koa';
import { openPool } from '../../sql/pool.ts';
import { seeAgent } from '../../sql/store/chat/agents.ts';
import { attachmentFacts } from '../../sql/store/chat/attachments.ts';
import { messagesAfter } from '../../sql/store/chat/messages.ts';
import { readSession, readSessions, sessionHeads } from '../../sql/store/chat/sessions.ts';
import { type Audit, chatReadTrail } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { IsRevoked } from '../auth/revocations.ts';
import { attachmentBytes } from '../contract/chat-values.ts';
import { reportError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Config } from '../core/options.ts';
import type { Bind } from '../handler.ts';
import type { ProxyHints } from '../proxy-hints.ts';
import type { ShopAnswers } from '../shop-answers/shop-answers.ts';
import type { Poller } from '../work/poller.ts';
import { type BudgetOptions, SharedBudget } from '../work/shared-budget.ts';
import { type AgentNudge, AgentNudges } from './agent-nudges.ts';
import { Bus } from './bus/bus.ts';
import { postgresBus } from './bus/postgres-bus.ts';
import { redisBus } from './bus/redis-bus.ts';
import { BusinessHours } from './business-hours.ts';
import { ChatLimits } from './chat-limits.ts';
import { Channels } from './delivery/channels.ts';
import { FanOut } from './delivery/fan-out.ts';
import { MessageWriter, type Stored } from './delivery/message-writer.ts';
import { Messages } from './delivery/messages.ts';
import { NoteReads } from './delivery/note-reads.ts';
import { ReadMarks } from './delivery/read-marks.ts';
import { ShopperContexts } from './delivery/shopper-contexts.ts';
import { WireMessages } from './delivery/wire-messages.ts';
import { idleRulesPoller } from './idle-rules-poller.ts';
import { Invites } from './invites.ts';
import { laterPoller } from './later-poller.ts';
import { ChatMail } from './mail/chat-mail.ts';
import { mailSettings } from './mail/mail-settings.ts';
import { Presence } from './presence.ts';
import { QueueView } from './queue-view.ts';
import { ConsoleLeases } from './queues/console-leases.ts';
import { Dispatcher } from './queues/dispatcher.ts';
import { OpenTeams } from './queues/open-teams.ts';
import { ResponseTargets } from './queues/response-targets.ts';
import { consoleRoutes } from './routes/console-routes.ts';
import { filterRoutes } from './routes/filter-routes.ts';
import { inviteRoutes } from './routes/invite-routes.ts';
import { inviteRuleRoutes } from './routes/invite-rule-routes.ts';
import { labelRoutes } from './routes/label-routes.ts';
import { laterRoutes } from './routes/later-routes.ts';
import { messageRoutes } from './routes/message-routes.ts';
import { ratingRoutes } from './routes/rating-routes.ts';
import type { RouteParts, ShopOfChat } from './routes/route-parts.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { suggestionRoutes } from './routes/suggestion-routes.ts';
import { acceptSockets } from './sockets/accept-sockets.ts';
import { chatSocket } from './sockets/chat-socket.ts';
import { consoleSocket } from './sockets/console-socket.ts';
import { type Admission, Handshakes } from './sockets/handshakes.ts';
import type { SocketParts } from './sockets/socket-parts.ts';
import { Sockets } from './sockets/sockets.ts';
import { UnseenReplies, type UnseenReply } from './unseen-replies.ts';

export interface ChatOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly shop: ShopOfChat;
  readonly answers: ShopAnswers;
  readonly identify: (ctx: Context) => Promise<Principal | undefined>;
  readonly isRevoked: IsRevoked;
  readonly audit: Audit;
  /** The address that rate limits count for. */
  readonly addressOf: (ctx: Context) => string;
  /** Called when an agent writes to a customer who doesn't have the chat open in any process. */
  readonly onUnseenReply?: (reply: UnseenReply) => void;
  /** Called with what agents who are not looking at the console should know. */
  readonly onAgentNudge?: ((nudge: AgentNudge) => void) | undefined;
}

const daySeconds = 86_400;
/** Milliseconds. */
const day = daySeconds * 1_000;

/** Size of chat's own pool: chats must not wait behind slow queries of other routes. */
const poolSize = 4;

/** Bytes of files in memory: 12 of the largest ones in this process, 4 of one address. */
const fileBudget: BudgetOptions = {
  what: 'files',
  total: 12 * attachmentBytes,
  perSender: 4 * attachmentBytes,
  maxWaiting: 100,
  timeout: 5_000,
};

/** Nothing polls, subscribes or holds a timer until `start`. */
export class Chat {
  readonly #options: ChatOptions;
  readonly #pool;
  readonly #channels: Channels;
  readonly #bus: Bus;
  readonly #fanOut: FanOut;
  readonly #unseenReplies: UnseenReplies;
  readonly #writer: MessageWriter;
  readonly #sockets: Sockets;
  readonly #parts: RouteParts & SocketParts;
  readonly #idleRules: Poller;
  readonly #later: Poller;
  readonly #dispatcher: Dispatcher;
  readonly #nudges: AgentNudges;
  /** Undefined without an SMTP server. */
  readonly mail: ChatMail | undefined;
  /** Rules by which the chat invites shoppers. */
  readonly invites: Invites;
  #handshakes: Handshakes | undefined;
  #closing = false;

  constructor(options: ChatOptions) {
    const { config, databaseUrl, log, shop, isRevoked } = options;
    this.#options = options;
    const pool = openPool(databaseUrl, {
      applicationName: 'couture chat',
      max: poolSize,
      statementTimeout: config.statementTimeout,
      connectTimeout: 1_000,
    });
    this.#pool = pool;
    const settings = mailSettings(config);
    const limits = new ChatLimits(config);
    const wire = new WireMessages({
      products: (ids) => shop.products(ids),
      attachments: (ids) => attachmentFacts(pool, ids),
    });
    const reads = {
      session: (id: string) => readSession(pool, id),
      sessions: (ids: readonly string[]) => readSessions(pool, ids),
      heads: (ids: readonly string[]) => sessionHeads(pool, ids),
      messages: (places: Parameters<typeof messagesAfter>[1], limit: number) =>
        messagesAfter(pool, places, limit),
      wire: (rows: Parameters<WireMessages['of']>[0]) => wire.of(rows),
    };
    this.#channels = new Channels(reads, wire, log);
    const hours = new BusinessHours(config.chatHours, config.chatTimeZone);
    const targets = new ResponseTargets(hours, config.chatTarget * day);
    const facts = { mails: settings !== undefined, targets };
    const queueView = new QueueView(pool, log, facts);
    this.#bus = new Bus(log);
    const presence = new Presence({
      origin: this.#bus.origin,
      channels: this.#channels,
      publish: (event) => this.#bus.publish(event),
      log,
    });
    this.#fanOut = new FanOut(this.#channels, queueView, this.#bus);
    this.#unseenReplies = new UnseenReplies(pool, presence, options.onUnseenReply);
    this.#nudges = new AgentNudges(pool, log, options.onAgentNudge);
    const onStored = (stored: readonly Stored[]) => {
      this.#fanOut.stored(stored);
      this.#unseenReplies.stored(stored);
      this.#nudges.stored(stored);
      // The first message of a chat puts it into the queue.
      if (stored.some(({ seq }) => seq === 1)) this.#dispatcher.poke();
    };
    this.#writer = new MessageWriter(pool, onStored);
    this.#later = laterPoller(pool, log, {
      onStored,
      onWoken: (session) => {
        this.#fanOut.moved(session.session_id, 0);
        this.#nudges.woken(session);
      },
      onHeld: (id, sender) => {
        this.#fanOut.moved(id, 0);
        this.#nudges.held(id, sender);
      },
    });
    this.#sockets = new Sockets({
      isRevoked,
      onLeft: ({ address, person }) => limits.left(address, person),
    });
    const products = (ids: readonly string[]) => shop.products(ids);
    const capacity = config.chatAutoAssign ? config.chatCapacity : null;
    this.invites = new Invites({
      ...{ pool, log, hours, capacity },
      locale: config.locale,
      keepDays: config.eventDays,
    });
    this.#parts = {
      pool,
      invites: this.invites,
      shop,
      limits,
      files: new SharedBudget(fileBudget),
      wire,
      facts,
      nudges: this.#nudges,
      openTeams: new OpenTeams(pool, log),
      leases: new ConsoleLeases({
        pool,
        process: this.#bus.origin,
        log,
        onChanged: () => this.#dispatcher.poke(),
      }),
      reads,
      channels: this.#channels,
      queueView,
      presence,
      cookie: config,
      addressOf: options.addressOf,
      onRead: chatReadTrail(options.audit),
      hours,
      notes: new NoteReads(pool),
      messages: new Messages({
        pool,
        writer: this.#writer,
        limits,
        log,
        products,
        productId: (text) => shop.productId(text),
      }),
      marks: new ReadMarks(pool, log, (ids) => this.#fanOut.changed(ids)),
      contexts: new ShopperContexts(pool, log, (id) => this.#fanOut.changed([id])),
      onMoved: ({ session_id, last_seq }) => {
        this.#fanOut.moved(session_id, last_seq);
        this.#dispatcher.poke();
      },
    };
    this.#dispatcher = new Dispatcher({
      pool,
      log,
      rules: config.chatAutoAssign
        ? { capacity: config.chatCapacity, answerWithin: config.chatAnswerWithin * daySeconds }
        : undefined,
      targets,
      hours,
      onMoved: (id, seq) => this.#fanOut.moved(id, seq),
      onAssigned: (session) => this.#nudges.assigned(session),
      onWaiting: (chats) => this.#nudges.waiting(chats),
    });
    this.mail =
      settings &&
      new ChatMail({
        pool,
        databaseUrl,
        settings,
        log,
        cookie: config,
        isHere: (sessionId) => presence.findShopper(sessionId),
        add: (message) => this.#writer.add(message),
        limitUpload: (id, bytes) => limits.mailedFile(id, bytes),
        files: this.#parts.files,
        addressOf: options.addressOf,
      });
    const { chatIdle, chatClose } = config;
    const rules = { resolveAfter: chatIdle, closeAfter: chatClose, abandonAfter: chatClose };
    this.#idleRules = idleRulesPoller(pool, rules, log, (id, seq) => this.#fanOut.moved(id, seq));
  }

  /** Adds the routes. */
  routes(bind: Bind): void {
    sessionRoutes(bind, this.#parts);
    messageRoutes(bind, this.#parts);
    consoleRoutes(bind, this.#parts);
    filterRoutes(bind, this.#parts);
    inviteRoutes(bind, this.#parts);
    inviteRuleRoutes(bind, this.#parts);
    labelRoutes(bind, this.#parts);
    laterRoutes(bind, this.#parts);
    ratingRoutes(bind, this.#parts);
    suggestionRoutes(bind, this.#parts, this.#options.answers);
  }

  /** Makes the application accept sockets once it listens. */
  attach(app: Koa, hints: ProxyHints): void {
    const { config, identify, isRevoked, audit, addressOf } = this.#options;
    const handshakes = new Handshakes({
      app,
      pool: this.#pool,
      limits: this.#parts.limits,
      cookie: config,
      corsOrigins: config.corsOrigins,
      identify,
      isRevoked,
      audit,
      addressOf,
      closing: () => this.#closing,
    });
    this.#handshakes = handshakes;
    acceptSockets(
      app,
      handshakes,
      this.#parts.limits,
      (socket, admission) => this.#opened(socket, admission),
      (error) => {
        const { code, message } = reportError(error);
        if (code === 'origin_refused' || code === 'bad_request') hints.write('handshake', { code, message });
      },
    );
  }

  /** @throws CoutureError `redis_unreachable` if REDIS_URL is set but Redis doesn't answer */
  async start(): Promise<void> {
    const { config, databaseUrl: url, log } = this.#options;
    this.#channels.start();
    await this.#bus.open(
      config.redisUrl ? redisBus({ url: config.redisUrl, log }) : postgresBus({ url, pool: this.#pool, log }),
      {
        onInvalidations: (invalidations) => this.#fanOut.received(invalidations),
        onPresence: (event) => this.#parts.presence.receive(event),
        onGap: () => this.#fanOut.compareAll(),
      },
    );
    this.#parts.presence.start();
    this.#parts.queueView.start();
    this.#parts.leases.start();
    this.#dispatcher.start();
    this.#sockets.start();
    this.#idleRules.startLater();
    this.#later.startLater();
    this.mail?.start();
  }

  /** Closes the sockets of expired tokens and revoked subjects now, after rights may have changed. */
  checkRights(): void {
    this.#sockets.checkRights();
  }

  /** Refuses new sockets and closes the open ones with a code that tells clients to reconnect. */
  async drain(milliseconds: number): Promise<void> {
    this.#closing = true;
    await this.#sockets.drain(milliseconds);
    await this.#writer.flush();
  }

  async close(): Promise<void> {
    this.#closing = true;
    const idleRulesEnded = this.#idleRules.close();
    const laterEnded = this.#later.close();
    await this.mail?.close();
    await this.#sockets.drain(0);
    this.#sockets.close();
    await this.#writer.flush();
    await this.#parts.marks.close();
    await this.#parts.contexts.close();
    await this.#parts.presence.close();
    await this.#unseenReplies.close();
    await this.#nudges.close();
    await this.#parts.leases.close();
    await this.#dispatcher.close();
    await idleRulesEnded;
    await laterEnded;
    await this.#bus.close();
    await this.#parts.queueView.close();
    await this.#channels.close();
    await this.#pool.end();
  }

  /** Figures for the metrics. */
  get figures() {
    return {
      sockets: this.#sockets.size,
      channels: this.#channels.size,
      waiting: this.#writer.waiting,
      stored: this.#writer.stored,
      batches: this.#writer.batches,
      file_bytes: this.#parts.files.inUse,
      assigned: this.#dispatcher.assigned,
      returned_unanswered: this.#dispatcher.passed,
      targets_missed: this.#dispatcher.missed,
      mails_sent: this.mail?.outbox.sent ?? 0,
      mails_failed: this.mail?.outbox.failed ?? 0,
      mails_received: this.mail?.mailbox?.received ?? 0,
      mails_ignored: this.mail?.mailbox?.ignored ?? 0,
      read: this.#channels.fetched,
      refused: this.#parts.limits.refused + (this.#handshakes?.refused ?? 0),
    };
  }

  #opened(socket: Parameters<Sockets['open']>[0], admission: Admission): void {
    const connection = this.#sockets.open(socket, admission.holder);
    if (admission.kind === 'chat') {
      chatSocket(socket, connection, admission, this.#parts);
      return;
    }
    consoleSocket(socket, connection, admission, this.#parts);
    seeAgent(this.#pool, admission.agent).then(
      // The agent may get chats from now on.
      () => this.#dispatcher.poke(),
      (error) => this.#options.log.debug({ err: error }, 'failed to record an agent'),
    );
  }
}
