// <couture-push-toggle>: push notifications on this device: on or off, and their topics.
import { consume } from '@lit/context';
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WirePushTopic } from '../../runtime/contract/push.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { pushContext } from '../state/contexts.ts';
import { Follow } from '../state/store.ts';
import { buttons, reset } from '../styles/shared.styles.ts';
import { type Push, topics } from './push.ts';
import { topicWords } from './topic-words.ts';
import { troubleWords } from './trouble-words.ts';

/** The topics of a device that turns notifications on without choosing any. */
export const usualTopics: readonly WirePushTopic[] = ['orders', 'prices', 'stock'];

@localized()
@customElement('couture-push-toggle')
export class PushToggle extends LitElement {
  static override styles = [
    reset,
    buttons,
    css`
      fieldset {
        display: grid;
        gap: 0.25rem;
        margin-block: 0.75rem;
      }
      legend {
        padding: 0;
        color: var(--couture-muted);
        font: var(--couture-small);
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-height: var(--couture-touch);
        cursor: pointer;
      }
      input {
        width: 1.25rem;
        height: 1.25rem;
        accent-color: var(--couture-accent);
      }
      .trouble {
        color: var(--couture-sale);
      }
    `,
  ];

  @consume({ context: pushContext, subscribe: true }) @property({ attribute: false }) push: Push | undefined;
  @state() private error: unknown;
  #learning: Push | undefined;

  constructor() {
    super();
    new Follow(this, () => this.push);
    new KeepFocus(this, 'input', 'button', 'p');
  }

  protected override willUpdate(): void {
    if (this.push?.state !== 'on' || this.#learning === this.push) return;
    this.#learning = this.push;
    void this.push.learnTopics();
  }

  protected override render() {
    const { push } = this;
    return html`<div role="group" aria-label=${msg('Notifications')}>
      ${push ? this.#state(push) : nothing}
      ${this.error ? html`<p class="trouble" role="alert">${troubleWords(this.error)}</p>` : nothing}
    </div>`;
  }

  #state(push: Push): TemplateResult | typeof nothing {
    switch (push.state) {
      case 'unknown':
        return nothing;
      case 'impossible':
        return html`<p>${msg('Notifications aren’t available in this browser.')}</p>`;
      case 'install first':
        return html`<p>${msg('Add the shop to your home screen first. Then turn on notifications in the app.')}</p>`;
      case 'forbidden':
        return html`<p>${msg('Notifications are blocked. You can allow them in your browser settings.')}</p>`;
      case 'off':
        return html`<p>${msg('Notifications are off on this device.')}</p>
          <button class="button quiet" aria-disabled=${push.busy} @click=${() => this.#choose(usualTopics)}>${msg('Turn on notifications')}</button>`;
      case 'on':
        return html`<fieldset aria-disabled=${push.busy}>
            <legend>${msg('Notify me about')}</legend>
            ${push.offered.map((topic) => this.#topic(push, topic))}
          </fieldset>
          <button class="button quiet" aria-disabled=${push.busy} @click=${() => this.#choose([])}>${msg('Turn off notifications')}</button>`;
    }
  }

  #topic(push: Push, topic: WirePushTopic): TemplateResult {
    const change = (event: Event) => {
      const wanted = (event.target as HTMLInputElement).checked;
      this.#choose(topics.filter((each) => (each === topic ? wanted : push.topics.includes(each))));
    };
    const wait = (event: Event) => push.busy && event.preventDefault();
    return html`<label><input type="checkbox" .checked=${push.topics.includes(topic)} @click=${wait} @change=${change} />${topicWords(topic)}</label>`;
  }

  #choose(wanted: readonly WirePushTopic[]): void {
    // Not disabled while busy: a disabled button loses the focus.
    if (this.push!.busy) return;
    this.error = undefined;
    this.push!.choose(wanted).catch((error) => (this.error = error));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-push-toggle': PushToggle;
  }
}
