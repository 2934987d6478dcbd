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
  readonly orders: Array<{ customer: string; product: string; at: number }>;
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

/** Waiting for the end of the browser's quiet hours. */
interface Waiting {
  readonly browser: Browser;
  readonly occasion: Occasion;
  readonly until: number;
}

export class JourneyOracle {
  readonly #history: History;
  readonly #known = new Set<string>();
  /** Journey and customer → when the last one that was not skipped was found. */
  readonly #last = new Map<string, number>();
  readonly #sentAt = new Map<string, number[]>();
  #waiting: Waiting[] = [];
  #before: { price: Map<string, number>; stock: Map<string, number> } | undefined;

  constructor(history: History) {
    this.#history = history;
  }

  /** What is sent when all journeys run once at this time, in their order. */
  run(now: number): Sent[] {
    const { price, stock } = this.#history;
    const before = this.#before;
    this.#before = { price: new Map(price), stock: new Map(stock) };
    const sent: Sent[] = [];
    for (const journey of ['price-drop', 'back-in-stock', 'viewed', 'buy-again', 'welcome', 'win-back']) {
      const due = this.#waiting.filter((each) => each.occasion.journey === journey && each.until <= now);
      this.#waiting = this.#waiting.filter((each) => !due.includes(each));
      for (const { browser, occasion } of due) this.#send(browser, occasion, now, sent);
      for (const occasion of this.#found(journey, now, before)) {
        const topic = { 'price-drop': 'prices', 'back-in-stock': 'stock' }[journey] ?? 'news';
        const browsers = this.#history.browsers.filter(
          (each) => each.customer === occasion.customer && each.topics.includes(topic),
        );
        if (browsers.length === 0) continue;
        this.#known.add(`${journey} ${occasion.customer} ${occasion.key}`);
        const outcomes = browsers.map((browser) => this.#send(browser, occasion, now, sent));
        if (outcomes.some(Boolean)) this.#last.set(`${journey} ${occasion.customer}`, now);
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
    const restrained = journey !== 'price-drop' && journey !== 'back-in-stock';
    const until = restrained ? quietEnd(browser.zone, now) : undefined;
    if (until !== undefined) {
      this.#waiting.push({ browser, occasion, until });
      return true;
    }
    if (occasion.expires <= now || !this.#isWorthwhile(occasion)) return false;
    const top = product ?? this.#top(occasion.customer);
    // The welcome has a fallback, the others need a product.
    if (top === undefined && journey !== 'welcome') return false;
    if (restrained && this.#isCapped(browser.name, now)) return false;
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
    const gap = { viewed: 7 * day, 'buy-again': 7 * day, 'win-back': 60 * day }[journey];
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
    const { orders, views, watched, due, price, stock } = this.#history;
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
        const times = new Map<string, number[]>();
        for (const { customer, at } of orders) times.set(customer, [...(times.get(customer) ?? []), at]);
        for (const [customer, all] of times) {
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

  #isWorthwhile({ journey, customer, product, after }: Occasion): boolean {
    const { orders, group, stock } = this.#history;
    if (journey === 'welcome') return true;
    const bought = orders.some(
      (order) =>
        order.customer === customer &&
        order.at > after &&
        (product === null || order.product === product || group.get(order.product) === group.get(product)),
    );
    return !bought && (product === null || stock.get(product)! > 0);
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

/** When the quiet hours from 21 to 8 end in this zone; undefined outside of them. Tries each minute. */
function quietEnd(zone: string, now: number): number | undefined {
  const isQuiet = (time: number) => {
    const local = Number(
      new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(time),
    );
    return local >= 21 || local < 8;
  };
  if (!isQuiet(now)) return undefined;
  let time = now;
  // By quarters of an hour: no zone differs from UTC by less.
  while (isQuiet(time)) time += hour / 4;
  return Math.floor(time / (hour / 4)) * (hour / 4);
}
