// The fields of the checkout: who gets the order, and where. Faults stand beside their field; the first one gets the focus.
import { msg } from '@lit/localize';
import {
  css,
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { plainAddress } from '../../../elements/plain-address.ts';
import {
  type Delivery,
  type DeliveryField,
  deliveryFields,
  deliveryOf,
  faultOf,
  maxField,
  typedDelivery,
} from '../../../state/delivery.ts';

/** What browsers fill in, and which keyboard phones show. */
const attributes: Readonly<Record<DeliveryField, { autocomplete: string; type?: 'email' }>> = {
  email: { autocomplete: 'email', type: 'email' },
  name: { autocomplete: 'name' },
  address: { autocomplete: 'street-address' },
  postcode: { autocomplete: 'postal-code' },
  city: { autocomplete: 'address-level2' },
  country: { autocomplete: 'country-name' },
};

/** The person has changed, or the sign-in has expired. */
const personChanged = ['couture-purged', 'couture-put-aside'];

export class DeliveryForm implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly renderRoot: ParentNode };
  #typed = typedDelivery.read();
  /** Fields whose faults are shown: those that were left, or all once an order was tried. */
  readonly #left = new Set<DeliveryField>();

  constructor(host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {
    this.#host = host;
    host.addController(this);
  }

  /** The next person on this device starts with empty fields. */
  readonly #purged = () => {
    this.#left.clear();
    typedDelivery.clear();
    this.#typed = typedDelivery.read();
    for (const input of this.#inputs()) input.value = '';
    this.#host.requestUpdate();
  };

  hostConnected(): void {
    for (const event of personChanged) addEventListener(event, this.#purged);
  }

  hostDisconnected(): void {
    for (const event of personChanged) removeEventListener(event, this.#purged);
  }

  render(): TemplateResult {
    return html`<fieldset class="delivery">
      <legend>${msg('Delivery')}</legend>
      ${deliveryFields.map((field) => this.#field(field))}
    </fieldset>`;
  }

  /** @returns undefined if something is missing; the first such field has the focus then */
  async check(): Promise<Delivery | undefined> {
    for (const field of deliveryFields) this.#left.add(field);
    this.#read();
    const wrong = deliveryFields.find((field) => faultOf(field, this.#typed[field]));
    if (!wrong) return deliveryOf(this.#typed);
    await this.#host.updateComplete;
    this.#host.renderRoot.querySelector<HTMLInputElement>(`[name='${wrong}']`)?.focus();
    return undefined;
  }

  #field(field: DeliveryField): TemplateResult {
    const fault = this.#left.has(field) ? faultOf(field, this.#typed[field]) : undefined;
    const { autocomplete, type = 'text' } = attributes[field];
    return html`<div class="entry ${field}">
      <label class="field"><span>${labelOf(field)}</span><input
        name=${field}
        type=${type}
        dir="auto"
        autocomplete=${autocomplete}
        inputmode=${type}
        maxlength=${maxField}
        aria-required=${field !== 'postcode'}
        aria-invalid=${fault !== undefined}
        aria-describedby=${fault ? `fault-${field}` : nothing}
        .value=${this.#typed[field]}
        @input=${() => this.#read()}
        @change=${(event: Event) => this.#leave(field, event)}
      /></label>
      ${fault ? html`<p class="fault" id="fault-${field}">${faultWords(field, fault)}</p>` : nothing}
    </div>`;
  }

  /** Reads all fields: password managers fill several at once, with an event for one of them, with `change` alone or with none. */
  #read(): void {
    const given = this.#inputs().map(({ name, value }) => [name, value]);
    this.#typed = { ...this.#typed, ...Object.fromEntries(given) };
    typedDelivery.write(this.#typed);
    this.#host.requestUpdate();
  }

  #inputs(): HTMLInputElement[] {
    return [...this.#host.renderRoot.querySelectorAll<HTMLInputElement>('.delivery input')];
  }

  #leave(field: DeliveryField, event: Event): void {
    if (field === 'email') plainAddress(event);
    this.#left.add(field);
    this.#read();
  }
}

function labelOf(field: DeliveryField): string {
  return {
    email: msg('Email'),
    name: msg('Full name'),
    address: msg('Street and number'),
    postcode: msg('Postcode'),
    city: msg('City'),
    country: msg('Country'),
  }[field];
}

function faultWords(field: DeliveryField, fault: 'missing' | 'no address'): string {
  if (fault === 'no address') return msg('Enter an email address such as ann@example.org.');
  return {
    email: msg('Enter your email address.'),
    name: msg('Enter your name.'),
    address: msg('Enter your street and number.'),
    postcode: msg('Enter your postcode.'),
    city: msg('Enter your city.'),
    country: msg('Enter your country.'),
  }[field];
}

export const deliveryStyles = css`
  .delivery {
    display: grid;
    grid-template-columns: 1fr;
    gap: 1rem;
    margin: 0;
    padding: 0;
    border: 0;
  }
  .delivery legend {
    margin-block-end: 1rem;
    padding: 0;
    font: var(--couture-heading);
  }
  .field input[aria-invalid='true'] {
    border-color: var(--couture-sale);
    outline-color: var(--couture-sale);
  }
  .fault {
    margin-block-start: 0.35rem;
    color: var(--couture-sale);
    font: var(--couture-small);
  }
  @media (min-width: 40rem) {
    .delivery {
      grid-template-columns: 1fr 2fr;
    }
    .entry:not(.postcode, .city) {
      grid-column: 1 / -1;
    }
  }
  .to {
    margin-block-start: 0.5rem;
    white-space: pre-line;
  }
`;
