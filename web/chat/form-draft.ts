// What is typed into a form of an element stays with what the form is about, until somebody else has it: over Esc, minimising,
// reloading and a change to another chat.
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { nothing } from 'lit';
import { type Saved, saved } from '../state/saved.ts';
import { unkeptDraft } from './drafts.ts';

/** Values of the form's fields by their names. */
type Values = Readonly<Record<string, string>>;
type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What was sent, to be forgotten once somebody has it. */
export interface Sent {
  readonly about: string;
  readonly text: string;
}

const none: Values = {};

export class FormDraft implements ReactiveController {
  readonly #host: LitElement;
  readonly #about: () => string;
  #form: HTMLFormElement | null = null;
  #shown = '';
  #filled = new Set<Field>();
  #isKept = true;
  #isFilling = false;

  /** @param about names what the form is about, such as a chat, in the draft's key */
  constructor(host: LitElement, about: () => string) {
    this.#host = host;
    this.#about = about;
    host.addController(this);
  }

  hostUpdated(): void {
    const form = this.#host.renderRoot.querySelector('form');
    const about = this.#about();
    const isOther = about !== this.#shown;
    // Password managers may send `change` alone.
    if (form !== this.#form) for (const type of ['input', 'change']) form?.addEventListener(type, this.#keep);
    else if (isOther) this.#reset();
    if (form !== this.#form || isOther) this.#filled.clear();
    this.#form = form;
    this.#shown = about;
    if (!form) return;
    this.#isFilling = true;
    this.#fill(form);
    this.#isFilling = false;
  }

  /** Words beside a form whose draft the browser does not keep. */
  words(): TemplateResult | typeof nothing {
    return this.#isKept ? nothing : unkeptDraft();
  }

  /** What is being sent now. */
  sent(): Sent {
    return { about: this.#shown, text: JSON.stringify(this.#values()) };
  }

  /** Forgets what somebody else has; what was typed meanwhile stays. */
  done({ about, text }: Sent): void {
    const isShown = about === this.#shown;
    if (isShown && this.#form && text !== JSON.stringify(this.#values())) return;
    draftOf(about).clear();
    if (isShown) this.#reset();
  }

  /** Forgets it, because its writer gave it up. */
  forget(): void {
    this.done(this.sent());
  }

  /** Events say what scripts have changed, as they do for a user. */
  #reset(): void {
    if (!this.#form) return;
    this.#form.reset();
    this.#isFilling = true;
    for (const field of this.#form.elements) if ((field as Field).name) announce(field);
    this.#isFilling = false;
  }

  #values(): Values {
    const entries = this.#form ? [...new FormData(this.#form)] : [];
    return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  }

  readonly #keep = () => {
    // Fields that follow from a choice are not drawn yet.
    if (this.#isFilling) return;
    const isKept = draftOf(this.#shown).write(this.#values());
    if (isKept === this.#isKept) return;
    this.#isKept = isKept;
    this.#host.requestUpdate();
  };

  #fill(form: HTMLFormElement): void {
    const kept = draftOf(this.#shown).read();
    for (const each of form.elements) {
      const field = each as Field;
      if (!field.name || this.#filled.has(field)) continue;
      this.#filled.add(field);
      const value = kept[field.name];
      if (kept === none) continue;
      if (field.type === 'checkbox') (field as HTMLInputElement).checked = value !== undefined;
      else if (value === undefined) continue;
      else if (field.type !== 'radio') setValue(field, value);
      else if (field.value === value) (field as HTMLInputElement).click();
    }
  }
}

function setValue(field: Field, value: string): void {
  const before = field.value;
  field.value = value;
  // A choice that no longer exists.
  if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = before;
  announce(field);
}

function announce(field: Element): void {
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function draftOf(about: string): Saved<Values> {
  return saved<Values>(`couture-draft-${about}`, none, valuesOf, 'sessionStorage');
}

function valuesOf(value: unknown): Values | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && Object.values(value).every((each) => typeof each === 'string')
    ? (value as Values)
    : undefined;
}
