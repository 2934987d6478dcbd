// What each journey should send at a moment, by brute force over all that has happened so far: written from the words of
// the journeys, in plain loops, without any of their SQL.

export interface Browser {
  readonly name: string;
  readonly customer: string;
  readonly topics: readonly string[];
  readonly zone: string;
}

/** All that has happened in the simulated shop; times in epoch milliseconds. */
export interface History {
  readonly browsers: readonly Browser[];
  /** Lines of orders that count: customer → lines. */
  readonly orders: ReadonlyMap<string, Array<{ order: string; product: string; at: number }>>;
  /** Order → its state, also of orders that do not count any more. */
  readonly states: ReadonlyMap<string, { customer: string; at: number; status: string }>;
  /** Customer → bag, the newest item last. */
  readonly bags: ReadonlyMap<string, { items: readonly string[]; changedAt: number }>;
  readonly views: Array<{ customer: string; product: string; at: number }>;
  /** Customer → watched products. */
  readonly watched: ReadonlyMap<string, readonly string[]>;
  /** What is expected to be bought again; `last` is the start of a UTC day. */
  readonly due: ReadonlyArray<{ customer: string; product: string; last: number; every: number }>;
  /** Customer → products of their list, each as its variants. */
  readonly lists: ReadonlyMap<string, ReadonlyArray<readonly string[]>>;
  /** Product → what stands for all of its variants. */
  readonly group: ReadonlyMap<string, string>;
  readonly price: Map<string, number>;
  readonly stock: Map<string, number>;
}

/** `tag` as the notification has it, and the browser that gets it. */
export type Sent = `${string} ${string}`;

interface Occasion {
  readonly journey: string;
  readonly customer: string;
  readonly key: string;
  readonly product: string | null;
  readonly at: number;
  readonly after: number;
  readonly expires: number;
}

const [hour, day] = [3_600_000, 86_400_000];
const cap = { messages: 3, within: 7 * day };
const topics: Readonly<Record<string, string>> = {
  'price-drop': 'prices',
  'back-in-stock': 'stock',
  'order-status': 'orders',
  bag: 'bag',
};
/** From the first to the last, with what a customer is told. */
const orderTitles: ReadonlyArray<readonly [status: string, title: string | undefined]> = [
  ['paid', undefined],
  ['shipped', 'Your order is on its way'],
  ['delivered', 'Your order was delivered'],
  ['cancelled', 'Your order was cancelled'],
];

/** Waiting for the end of the browser's quiet hours. */
interface Waiting {
  readonly browser: Browser;
  readonly occasion: Occasion;
  readonly until: number;
}

export class JourneyOracle {
  readonly #history: History;
  readonly #isHeldOut: (journey: string, customer: string) => boolean;
  readonly #known = new Set<string>();
  /** Journey and customer → when the last one that was not skipped was found. */
  readonly #last = new Map<string, number>();
  readonly #sentAt = new Map<string, number[]>();
  readonly #browsers = new Map<string, Browser[]>();
  /** Order → place in `orderTitles` of the furthest state that was seen. */
  readonly #stages = new Map<string, number>();
  #waiting: Waiting[] = [];
  #before: { price: Map<string, number>; stock: Map<string, number> } | undefined;

  /** @param isHeldOut whether a journey writes nothing to a customer, to compare them with the others */
  constructor(history: History, isHeldOut: (journey: string, customer: string) => boolean = () => false) {
    this.#history = history;
    this.#isHeldOut = isHeldOut;
    for (const browser of history.browsers)
      this.#browsers.set(browser.customer, [...(this.#browsers.get(browser.customer) ?? []), browser]);
  }

  /** Notes prices, stock and states as they are, without a message. */
  begin(): void {
    const { price, stock } = this.#history;
    this.#before = { price: new Map(price), stock: new Map(stock) };
  }

  /** What is sent when all journeys run once at this time, in their order. */
  run(now: number): Sent[] {
    const before = this.#before;
    this.begin();
    const sent: Sent[] = [];
    for (const journey of [
      'price-drop',
      'back-in-stock',
      'order-status',
      'bag',
      'viewed',
      'buy-again',
      'welcome',
      'win-back',
    ]) {
      const isDue = (each: Waiting) => each.occasion.journey === journey && each.until <= now;
      const due = this.#waiting.filter(isDue);
      this.#waiting = this.#waiting.filter((each) => !isDue(each));
      for (const { browser, occasion } of due) this.#send(browser, occasion, now, sent);
      for (const occasion of this.#found(journey, now, before)) {
        const browsers = this.#browsersOf(occasion.customer, journey);
        if (browsers.length === 0) continue;
        this.#known.add(`${journey} ${occasion.customer} ${occasion.key}`);
        const isHeldOut = this.#isHeldOut(journey, occasion.customer);
        const outcomes = isHeldOut ? [] : browsers.map((browser) => this.#send(browser, occasion, now, sent));
        if (isHeldOut || outcomes.some(Boolean)) this.#last.set(`${journey} ${occasion.customer}`, now);
      }
    }
    return sent;
  }

  /** A campaign with the cap, at this time. */
  campaign(now: number): string[] {
    const reached = this.#history.browsers.filter(
      ({ name, topics }) => topics.includes('news') && !this.#isCapped(name, now),
    );
    for (const { name } of reached) this.#note(name, now);
    return reached.map(({ name }) => name);
  }

  /** @returns whether it is sent, or waits */
  #send(browser: Browser, occasion: Occasion, now: number, sent: Sent[]): boolean {
    const { journey, product } = occasion;
    const asked = journey === 'price-drop' || journey === 'back-in-stock';
    const until = asked ? undefined : quietEnd(browser.zone, now);
    if (until !== undefined) {
      this.#waiting.push({ browser, occasion, until });
      return true;
    }
    if (occasion.expires <= now || !this.#isWorthwhile(occasion)) return false;
    if (journey === 'order-status') {
      // Transactional: no cap keeps it back.
      this.#note(browser.name, now);
      const [title, order] = occasion.key.split(' #') as [string, string];
      sent.push(`order-${order} ${title} ${browser.name}`);
      return true;
    }
    const top = product ?? this.#top(occasion.customer);
    // The welcome has a fallback, the others need a product.
    if (top === undefined && journey !== 'welcome') return false;
    if (!asked && this.#isCapped(browser.name, now)) return false;
    this.#note(browser.name, now);
    const kind = { 'price-drop': 'price', 'back-in-stock': 'stock' }[journey] ?? journey;
    sent.push(`${kind}-${product ?? ''} ${browser.name}`);
    return true;
  }

  #found(
    journey: string,
    now: number,
    before: { price: Map<string, number>; stock: Map<string, number> } | undefined,
  ) {
    const candidates = this.#candidates(journey, now, before).filter(
      (each) => !this.#known.has(`${journey} ${each.customer} ${each.key}`) && this.#isWorthwhile(each),
    );
    const gap = { bag: 3 * day, viewed: 7 * day, 'buy-again': 7 * day, 'win-back': 60 * day }[journey];
    if (gap === undefined) return candidates;
    const one = new Map<string, Occasion>();
    for (const each of candidates) {
      const last = this.#last.get(`${journey} ${each.customer}`);
      if (last !== undefined && last > now - gap) continue;
      const best = one.get(each.customer);
      if (!best || each.at > best.at || (each.at === best.at && each.product! < best.product!))
        one.set(each.customer, each);
    }
    return [...one.values()];
  }

  #candidates(
    journey: string,
    now: number,
    before: { price: Map<string, number>; stock: Map<string, number> } | undefined,
  ): Occasion[] {
    const { orders, states, bags, views, watched, due, price, stock } = this.#history;
    const found: Occasion[] = [];
    const add = (
      customer: string,
      product: string | null,
      at: number,
      after: number,
      key: string,
      window: number,
    ) => found.push({ journey, customer, product, at, after, key, expires: at + window });
    switch (journey) {
      case 'price-drop':
      case 'back-in-stock':
        for (const [customer, products] of watched)
          for (const product of products) {
            const changed =
              journey === 'price-drop'
                ? price.get(product)! < (before?.price.get(product) ?? 0)
                : before && before.stock.get(product)! <= 0 && stock.get(product)! > 0;
            if (changed && stock.get(product)! > 0)
              add(customer, product, now, now, `${product} ${now}`, 6 * hour);
          }
        break;
      case 'order-status':
        for (const [order, { customer, at, status }] of states) {
          if (at <= now - 60 * day || this.#browsersOf(customer, journey).length === 0) continue;
          const place = orderTitles.findIndex(([each]) => each === status);
          const seen = this.#stages.get(order);
          // Not paid, or undone long ago.
          if (place < 0) continue;
          if (seen !== undefined && place <= seen) continue;
          this.#stages.set(order, place);
          const [, title] = orderTitles[place]!;
          // The first state seen of an order is no news.
          if (seen !== undefined && title !== undefined)
            add(customer, null, now, now, `${title} #${order}`, day);
        }
        break;
      case 'bag':
        for (const [customer, { items, changedAt }] of bags)
          for (const [place, product] of items.entries())
            if (changedAt > now - 28 * hour && changedAt <= now - 4 * hour) {
              add(customer, product, changedAt, changedAt, `${product} ${changedAt}`, 28 * hour);
              // Of a bag, the newest product comes first.
              const last = found.at(-1)!;
              found[found.length - 1] = { ...last, at: changedAt + place / 1_000 };
            }
        break;
      case 'viewed': {
        const last = new Map<string, number>();
        for (const { customer, product, at } of views) {
          const name = `${customer} ${product}`;
          if (at <= now && at > (last.get(name) ?? 0)) last.set(name, at);
        }
        for (const [name, at] of last) {
          const [customer, product] = name.split(' ') as [string, string];
          if (at > now - 52 * hour && at <= now - 4 * hour)
            add(customer, product, at, at - 30 * day, `${product} ${at}`, 52 * hour);
        }
        break;
      }
      case 'buy-again':
        for (const { customer, product, last, every } of due) {
          const at = last + Math.max(1, Math.round(every)) * day;
          if (at > now - 81 * hour && at <= now - 9 * hour)
            add(customer, product, at, last + day, `${product} ${last}`, 81 * hour);
        }
        break;
      case 'welcome':
      case 'win-back': {
        for (const [customer, lines] of orders) {
          const all = lines.map(({ at }) => at);
          if (all.length === 0) continue;
          const [oldest, newest] = [Math.min(...all), Math.max(...all)];
          if (journey === 'welcome') {
            if (oldest > now - 4 * day && oldest <= now - day)
              add(customer, null, oldest, oldest, 'first', 4 * day);
            continue;
          }
          const days = new Set(all.map((at) => Math.floor(at / day))).size;
          const usual = days === 1 ? 90 * day : Math.max(60 * day, (2 * (newest - oldest)) / (days - 1));
          const at = newest + usual;
          if (at > now - 14 * day && at <= now) add(customer, null, at, newest, String(newest), 14 * day);
        }
      }
    }
    return found;
  }

  #isWorthwhile({ journey, customer, product, key, after }: Occasion): boolean {
    const { orders, states, bags, group, stock } = this.#history;
    if (journey === 'welcome') return true;
    if (journey === 'order-status') {
      const [title, order] = key.split(' #') as [string, string];
      return orderTitles.some(([status, each]) => each === title && states.get(order)!.status === status);
    }
    if (journey === 'bag' && !bags.get(customer)?.items.includes(product!)) return false;
    const bought = (orders.get(customer) ?? []).some(
      (order) =>
        order.at > after &&
        (product === null ||
          journey === 'bag' ||
          order.product === product ||
          group.get(order.product) === group.get(product)),
    );
    return !bought && (product === null || stock.get(product)! > 0);
  }

  #browsersOf(customer: string, journey: string): Browser[] {
    const topic = topics[journey] ?? 'news';
    return (this.#browsers.get(customer) ?? []).filter((each) => each.topics.includes(topic));
  }

  #top(customer: string): string | undefined {
    const { lists, stock } = this.#history;
    return (lists.get(customer) ?? [])
      .slice(0, 10)
      .flat()
      .find((id) => stock.get(id)! > 0);
  }

  #isCapped(browser: string, now: number): boolean {
    return (this.#sentAt.get(browser) ?? []).filter((at) => at > now - cap.within).length >= cap.messages;
  }

  #note(browser: string, now: number): void {
    this.#sentAt.set(browser, [...(this.#sentAt.get(browser) ?? []), now]);
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** When the quiet hours from 21 to 8 end in this zone; undefined outside of them. */
function quietEnd(zone: string, now: number): number | undefined {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' });
  clocks.set(zone, clock);
  const isQuiet = (time: number) => {
    const local = Number(clock.format(time));
    return local >= 21 || local < 8;
  };
  if (!isQuiet(now)) return undefined;
  let time = now;
  // By quarters of an hour: no zone differs from UTC by less.
  while (isQuiet(time)) time += hour / 4;
  return Math.floor(time / (hour / 4)) * (hour / 4);
}
