// One browser window under WebDriver: finds elements in all shadow roots by what a person sees, and waits for them.
import { until } from '../../../fixtures/until.ts';
import { type Send, type Session, WebDriverError } from './webdriver.ts';

/** What to find; an element has to fulfil all that is given, and to be visible. */
export interface Sought {
  readonly css?: string;
  readonly role?: 'button' | 'heading' | 'link' | 'option' | 'textbox';
  /** Accessible name: the whole of it, or a pattern. */
  readonly name?: string | RegExp;
  /** Part of its text; finds the innermost element. */
  readonly text?: string;
  /** CSS of an element that contains it, its shadow roots included. */
  readonly within?: string;
  /** Which of several: from 0, or from -1 for the last; default 0. */
  readonly nth?: number;
}

const keys = { Enter: '\uE007', Tab: '\uE004', Escape: '\uE00C', ArrowDown: '\uE015' } as const;
/** Codes for an element that is still moving, covered, or has just been drawn again. */
const passing = new Set([
  'element click intercepted',
  'element not interactable',
  'stale element reference',
  'move target out of bounds',
]);
/** Milliseconds for which pages hold still during a press (`elements/hold-renders.ts`), less some for the timer. */
const maxHold = 900;
/** The key that references to elements have in WebDriver. */
const reference = 'element-6066-11e4-a52e-4f735466cecf';

export class EngineWindow {
  /** Exceptions that nobody caught. */
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
  readonly #send: Send;
  readonly #asBrowser: Session['asBrowser'];

  constructor({ send, asBrowser }: Session, errors: readonly string[], close: () => Promise<void>) {
    this.#send = send;
    this.#asBrowser = asBrowser;
    this.errors = errors;
    this.close = close;
  }

  async resize({ width, height }: { width: number; height: number }): Promise<void> {
    await this.#send('resize', { width, height });
  }

  async goto(url: string): Promise<void> {
    await this.#send('navigate', { url });
    await this.#app();
  }

  /** Reloads as a person does; the driver's own command bypasses the service worker in Firefox. */
  async reload(): Promise<void> {
    await this.run(() => {
      Object.assign(window, { reloading: true });
      setTimeout(() => location.reload());
    });
    const reloaded = () =>
      this.run(() => !('reloading' in window) && document.readyState === 'complete').catch(() => false);
    await until(reloaded, 'the page to reload');
    await this.#app();
  }

  /** Waits for the app, if the page is the shop's: before, the page is what the runtime has written. */
  async #app(): Promise<void> {
    const isThere = () =>
      this.run(() => {
        const shop = document.querySelector('couture-shop');
        return !shop || shop.hasAttribute('page');
      }).catch(() => false);
    await until(isThere, 'the app');
  }

  async back(): Promise<void> {
    await this.#send('back');
  }

  /** Runs a function in the page; it may be asynchronous. */
  async run<A extends readonly unknown[], T>(
    script: string | ((...args: A) => T | Promise<T>),
    ...args: A
  ): Promise<T> {
    return outcomeOf(await this.#send('execute', { script: asynchronous(script), args }));
  }

  /** Runs a function in Firefox itself, in place of the page; its `window` is the browser's. */
  async runAsBrowser<T>(script: () => T | Promise<T>): Promise<T> {
    return outcomeOf(await this.#asBrowser!(asynchronous(script)));
  }

  async count(sought: Sought): Promise<number> {
    return (await this.#ask(sought, '.length')) as number;
  }

  /** Waits until the element is there. @returns its visible text */
  async see(sought: Sought): Promise<string> {
    return this.#until(sought, async (id) => {
      const [text] = (await this.#send('find', {
        script: 'return [arguments[0].innerText]',
        args: [{ [reference]: id }],
      })) as [string];
      return [text];
    });
  }

  /** Waits until no such element is left. */
  async gone(sought: Sought): Promise<void> {
    await until(async () => (await this.count(sought)) === 0, `the end of ${describe(sought)}`);
  }

  async click(sought: Sought): Promise<void> {
    await this.#until(sought, async (id) => {
      // Drivers scroll only elements that are out of view, not those below a bar at the edge.
      await this.#send('find', {
        script: "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })",
        args: [{ [reference]: id }],
      });
      await this.#send('click', { id });
      return [''];
    });
  }

  /**
   * Presses the middle of an element with the mouse for some milliseconds, and runs a function in the page meanwhile. Waits
   * until the element rests: a press beside a card can close it. Repeated when the element moved away all the same, or when a
   * busy machine pressed longer than pages hold still.
   * @throws Error if the press does not become a click on the element, with what was pressed and clicked
   */
  async hold(sought: Sought, milliseconds: number, meanwhile: () => void): Promise<void> {
    await this.#until(sought, async (id) => {
      const element = { [reference]: id };
      const place = () =>
        this.#send('find', { script: `return (${placeOf})(arguments[0])`, args: [element] });
      const before = await place();
      if ((await place()) !== before) return undefined;
      await this.#send('find', { script: `(${watchPress})(arguments[0], ${meanwhile})`, args: [element] });
      const actions = [
        { type: 'pointerMove', origin: element, x: 0, y: 0 },
        { type: 'pointerDown', button: 0 },
        { type: 'pause', duration: milliseconds },
        { type: 'pointerUp', button: 0 },
      ];
      await this.#send('act', {
        actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }],
      });
      const press = JSON.parse(await this.run(() => document.documentElement.dataset.press!)) as WatchedPress;
      if (press.clicked) return [''];
      if (!press.pressed || press.milliseconds > maxHold) return undefined;
      throw new Error(`${describe(sought)}: the click was lost: ${JSON.stringify(press)}`);
    });
  }

  /** Types into a field; files are given by their path. */
  async type(sought: Sought, text: string): Promise<void> {
    await this.#until(sought, async (id) => {
      await this.#send('type', { id, text });
      return [''];
    });
  }

  /** Presses a key at the focused element. */
  async press(key: keyof typeof keys): Promise<void> {
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value: keys[key] }));
    await this.#send('act', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** @returns a PNG */
  async screenshot(): Promise<Buffer> {
    return Buffer.from((await this.#send('screenshot', { full: false })) as string, 'base64');
  }

  /** Repeats `use` until the element is there and takes it; undefined: it did not. */
  async #until(sought: Sought, use: (id: string) => Promise<[string] | undefined>): Promise<string> {
    const [text] = await until(async () => {
      try {
        const id = (await this.#findAll(sought)).at(sought.nth ?? 0);
        return id !== undefined && (await use(id));
      } catch (error) {
        if (error instanceof WebDriverError && passing.has(error.code)) return false;
        throw error;
      }
    }, describe(sought)).catch(async (error: Error) => {
      const page = await this.run(() => `${location.href} (${document.title})`);
      throw new Error(`${error.message} at ${page}\n${this.errors.join('\n')}`);
    });
    return text;
  }

  async #findAll(sought: Sought): Promise<string[]> {
    const found = (await this.#ask(sought)) as Array<Record<string, string>>;
    return found.map((element) => element[reference]!);
  }

  /** @param of appended to the list of elements, in JavaScript */
  #ask({ name, ...sought }: Sought, of = ''): Promise<unknown> {
    const pattern = name instanceof RegExp ? { source: name.source, flags: name.flags } : undefined;
    return this.#send('find', {
      script: `return (${findInPage})(arguments[0])${of}`,
      args: [{ ...sought, pattern, name: pattern ? undefined : name }],
    });
  }
}

/** The body of an asynchronous script of WebDriver that calls the function with the script's arguments. */
function asynchronous(script: unknown): string {
  return `const done = arguments[arguments.length - 1];
    Promise.resolve().then(() => (${script})(...[].slice.call(arguments, 0, -1)))
      .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
}

function outcomeOf<T>(outcome: unknown): T {
  const { value, error } = outcome as { value: T; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
}

const describe = ({ name, ...sought }: Sought) =>
  JSON.stringify({ ...sought, ...(name !== undefined && { name: String(name) }) });

interface WatchedPress {
  /** Whether the element was pressed, and clicked. */
  pressed: boolean;
  clicked: boolean;
  /** From the press to its end. */
  milliseconds: number;
  /** What the events reached, in order. */
  readonly reached: string[];
}

/** Runs in the page. */
function placeOf(element: Element): string {
  const { x, y } = element.getBoundingClientRect();
  return `${x} ${y}`;
}

/** Runs in the page: notes in `data-press` what becomes of the next press, and runs `meanwhile` when it begins on the element. */
function watchPress(element: Element, meanwhile: () => void): void {
  const press: WatchedPress = { pressed: false, clicked: false, milliseconds: 0, reached: [] };
  const note = () => (document.documentElement.dataset.press = JSON.stringify(press));
  note();
  let begun = 0;
  const listen = (type: string, act: (hit: boolean) => void) =>
    addEventListener(
      type,
      (event) => {
        const path = event.composedPath();
        press.reached.push(`${type} ${(path[0] as Element).outerHTML?.slice(0, 100)}`);
        act(path.includes(element));
        note();
      },
      { once: true, capture: true },
    );
  listen('pointerdown', (hit) => {
    begun = performance.now();
    press.pressed = hit;
    if (hit) meanwhile();
  });
  listen('pointerup', () => (press.milliseconds = performance.now() - begun));
  listen('click', (hit) => (press.clicked = hit));
}

type Asked = Omit<Sought, 'name'> & { pattern?: { source: string; flags: string }; name?: string };

/** Runs in the page, so it uses nothing from outside. */
function findInPage({ css, role, name, pattern, text, within }: Asked): Element[] {
  const roles = {
    button: 'button, [role=button], summary',
    heading: 'h1, h2, h3, h4, [role=heading]',
    link: 'a[href]',
    option: '[role=option]',
    textbox: 'input, textarea',
  };
  const squeeze = (words: string | null | undefined) => (words ?? '').replace(/\s+/g, ' ').trim();
  const deep = (root: ParentNode): Element[] =>
    [...root.querySelectorAll('*')].flatMap((each) => [
      each,
      ...(each.shadowRoot ? deep(each.shadowRoot) : []),
    ]);
  const nameOf = (element: Element): string => {
    const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
    return squeeze(
      element.getAttribute('aria-label') ||
        labels.join(' ') ||
        element.textContent ||
        element.getAttribute('placeholder'),
    );
  };
  const named = (element: Element) =>
    pattern
      ? new RegExp(pattern.source, pattern.flags).test(nameOf(element))
      : name === undefined || nameOf(element) === name;
  // File inputs are hidden behind their button.
  const visible = (element: Element) =>
    (element as HTMLInputElement).type === 'file' ||
    (element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible');
  const inner = (element: Element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && squeeze(node.nodeValue));
  const hosts = within === undefined ? [document] : deep(document).filter((each) => each.matches(within));
  const everything = hosts.flatMap((host) => [
    ...deep(host),
    ...('shadowRoot' in host && host.shadowRoot ? deep(host.shadowRoot) : []),
  ]);
  return everything.filter(
    (each) =>
      (css === undefined || each.matches(css)) &&
      (role === undefined || each.matches(roles[role])) &&
      (text === undefined || ((css || role || inner(each)) && squeeze(each.textContent).includes(text))) &&
      named(each) &&
      visible(each),
  );
}
