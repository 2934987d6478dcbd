// <couture-stories>: every widget in every state, on one page. `?state=` and `?widget=` select some of them.
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { allLocales } from '../locales/locale-codes.ts';
import { getLocale, useLocale } from '../state/locale.ts';
import { buttons, page, reset } from '../styles/shared.styles.ts';
import '../widgets/bought-together/bought-together.element.ts';
import '../widgets/bundle/bundle.element.ts';
import '../widgets/buy-again/buy-again.element.ts';
import '../widgets/for-cart/for-cart.element.ts';
import '../widgets/personalized/personalized.element.ts';
import '../widgets/similar-products/similar-products.element.ts';
import '../widgets/trending/trending.element.ts';
import '../widgets/you-may-like/you-may-like.element.ts';
import { StoryClient, type StoryState, storyStates } from './story-client.ts';

const widgets: Record<string, (client: StoryClient, heading: string) => TemplateResult> = {
  'similar-products': (client, heading) =>
    html`<couture-similar-products product-id="8" .client=${client} heading=${heading}></couture-similar-products>`,
  'bought-together': (client, heading) =>
    html`<couture-bought-together product-id="8" .client=${client} heading=${heading}></couture-bought-together>`,
  bundle: (client, heading) =>
    html`<couture-bundle product-id="8" .client=${client} heading=${heading}></couture-bundle>`,
  personalized: (client, heading) =>
    html`<couture-personalized .client=${client} heading=${heading}></couture-personalized>`,
  'buy-again': (client, heading) =>
    html`<couture-buy-again .client=${client} heading=${heading}></couture-buy-again>`,
  trending: (client, heading) =>
    html`<couture-trending .client=${client} heading=${heading}></couture-trending>`,
  'you-may-like': (client, heading) =>
    html`<couture-you-may-like product-id="8" .client=${client} heading=${heading}></couture-you-may-like>`,
  'for-cart': (client, heading) =>
    html`<couture-for-cart product-ids="1,2" .client=${client} heading=${heading}></couture-for-cart>`,
};

@customElement('couture-stories')
export class Stories extends LitElement {
  static override styles = [
    reset,
    buttons,
    page,
    css`
      .wide {
        display: grid;
        gap: 3rem;
        padding-block: 2rem;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .story {
        display: grid;
        gap: 1rem;
      }
    `,
  ];

  @state() private direction = document.documentElement.dir || 'ltr';
  readonly #clients = new Map<string, StoryClient>();

  protected override render() {
    const query = new URLSearchParams(location.search);
    const only = { state: query.get('state'), widget: query.get('widget') };
    return html`<div class="wide">
      <h1>Widgets in all their states</h1>
      <div class="choices">
        ${allLocales.map((locale) => html`<button class="button quiet" @click=${() => this.#speak(locale)}>${locale}</button>`)}
        <button class="button quiet" @click=${this.#turn}>${this.direction === 'rtl' ? 'left to right' : 'right to left'}</button>
      </div>
      ${Object.entries(widgets).map(([name, draw]) =>
        only.widget && only.widget !== name
          ? nothing
          : storyStates
              .filter((each) => !only.state || only.state === each)
              .map((each) => this.#story(name, each, draw)),
      )}
    </div>`;
  }

  #story(
    name: string,
    state: StoryState,
    draw: (client: StoryClient, heading: string) => TemplateResult,
  ): TemplateResult {
    return html`<div class="story" id="${name}-${state}">
      ${draw(this.#client(name, state), `${name}, ${state}`)}
    </div>`;
  }

  /** One for each story: the products of widgets that share a client do not repeat. */
  #client(name: string, state: StoryState): StoryClient {
    const key = `${name} ${state}`;
    if (!this.#clients.has(key)) this.#clients.set(key, new StoryClient(state));
    return this.#clients.get(key)!;
  }

  async #speak(locale: (typeof allLocales)[number]): Promise<void> {
    if (locale !== getLocale()) await useLocale(locale);
    document.documentElement.dir = this.direction;
  }

  #turn(): void {
    this.direction = this.direction === 'rtl' ? 'ltr' : 'rtl';
    document.documentElement.dir = this.direction;
  }
}
