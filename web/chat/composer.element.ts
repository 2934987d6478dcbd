// <couture-chat-composer>: the input of a chat. Enter sends, Shift+Enter breaks the line; files come by button, drop or
// paste; in the console `/` opens the saved replies.
import { localized, msg } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { until } from 'lit/directives/until.js';
import type { WireReply } from '../../runtime/contract/chat-console.ts';
import { attachmentTypes } from '../../runtime/contract/chat-values.ts';
import { maxMessageLength, typedText } from '../../runtime/contract/text.ts';
import { icon } from '../elements/icon.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { isSend, pressedKey } from '../elements/pressed-key.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import { tooLongWords } from './chat-words.ts';
import { composerStyles } from './composer.styles.ts';
import { savedDraft, unkeptDraft, type WaitingFile, waitingFiles } from './drafts.ts';
import { excess } from './excess.ts';
import { pastedFiles, pasteWhole } from './pasted.ts';

declare global {
  interface HTMLElementEventMap {
    'couture-chat-send': CustomEvent<string>;
    'couture-chat-file': CustomEvent<File>;
    'couture-chat-typing': CustomEvent<boolean>;
  }
}

/** Without HEIC: iPhones then offer their photos as JPEG. */
const fileTypes = attachmentTypes.join();
const repliesShown = 8;

@localized()
@customElement('couture-chat-composer')
export class ChatComposer extends LitElement {
  static override styles = [reset, buttons, fields, composerStyles];

  @property() placeholder = '';
  @property({ type: Boolean }) disabled = false;
  /** Whether files can be sent. */
  @property({ type: Boolean }) files = true;
  /** Saved replies, offered after a `/` at the start. */
  @property({ attribute: false }) replies: readonly WireReply[] = [];
  /** Storage key of the draft; '' stores none. */
  @property() draft = '';
  /** Maximum number of characters. */
  @property({ type: Number }) most = maxMessageLength;
  @state() private text = '';
  @state() private chosen = 0;
  /** Pasted and dropped files, shown before they are sent. */
  @state() private pending: readonly WaitingFile[] = [];
  @query('textarea') private area!: HTMLTextAreaElement;
  /** Whether the browser refuses to keep the draft. */
  @state() private unkept = false;
  /** Why files were not taken. */
  @state() private noFiles = false;
  #drafted: string | undefined;

  constructor() {
    super();
    // After sending, the send button is disabled; a removed picture takes its button with it.
    new KeepFocus(this, 'textarea');
  }

  override focus(): void {
    this.area?.focus();
  }

  protected override willUpdate(): void {
    if (this.draft === this.#drafted) return;
    this.#drafted = this.draft;
    this.text = this.draft ? savedDraft(this.draft).read() : '';
    this.pending = waitingFiles.get(this.draft) ?? [];
  }

  protected override render() {
    const offered = this.#offered();
    const tooMany = excess(this.text, this.most);
    return html`${this.pending.length > 0 ? this.#pending() : nothing}
      ${tooMany > 0 ? html`<p class="trouble" id="too-long" role="status">${tooLongWords(tooMany, this.most)}</p>` : nothing}
      ${this.noFiles ? html`<p class="trouble" role="status">${msg('Files can’t be added to a note.')}</p>` : nothing}
      ${this.unkept ? unkeptDraft() : nothing}
      <form @submit=${this.#submit} @dragover=${(event: Event) => event.preventDefault()} @drop=${this.#dropped}>
      ${offered.length > 0 ? this.#replies(offered) : nothing}
      ${
        this.files
          ? html`<label class="tool" title=${msg('Send an image or a PDF')}>
              <input class="visually-hidden" type="file" accept=${fileTypes} ?disabled=${this.disabled} aria-label=${msg('Send an image or a PDF')} @change=${this.#picked} />
              ${icon('clip', 20)}
            </label>`
          : nothing
      }
      <textarea
        class="field"
        rows="1"
        dir="auto"
        aria-invalid=${tooMany > 0}
        aria-describedby=${tooMany > 0 ? 'too-long' : nothing}
        maxlength=${this.most}
        enterkeyhint="send"
        aria-label=${this.placeholder || msg('Message')}
        placeholder=${this.placeholder || msg('Write a message')}
        ?disabled=${this.disabled}
        .value=${live(this.text)}
        aria-autocomplete=${this.replies.length > 0 ? 'list' : nothing}
        aria-haspopup=${this.replies.length > 0 ? 'listbox' : nothing}
        aria-controls=${offered.length > 0 ? 'replies' : nothing}
        aria-activedescendant=${offered.length > 0 ? `reply-${this.chosen}` : nothing}
        @input=${this.#written}
        @keydown=${this.#key}
        @paste=${this.#pasted}
        @blur=${() => this.#tell('couture-chat-typing', false)}
      ></textarea>
      <button class="tool go" aria-label=${msg('Send')} ?disabled=${this.disabled || tooMany > 0 || (typedText(this.text) === '' && this.pending.length === 0)}>
        ${icon('send', 20)}
      </button>
    </form>`;
  }

  protected override updated(): void {
    // As high as its lines, up to the maximum height of the style.
    this.area.style.height = 'auto';
    this.area.style.height = `${this.area.scrollHeight + 2}px`;
  }

  #replies(offered: readonly WireReply[]): TemplateResult {
    return html`<ul id="replies" role="listbox" aria-label=${msg('Saved replies')}>
      ${offered.map(
        (reply, at) => html`<li
          id="reply-${at}"
          role="option"
          aria-selected=${at === this.chosen}
          @mousedown=${(event: Event) => {
            event.preventDefault();
            this.#use(reply);
          }}
        >
          <strong>/${reply.shortcut}</strong> <span>${reply.body}</span>
        </li>`,
      )}
    </ul>`;
  }

  #offered(): readonly WireReply[] {
    // Input methods type a full-width slash.
    const [, asked] = /^[/\uff0f]([\p{L}\p{M}\p{N}_-]*)$/u.exec(this.text.normalize('NFC')) ?? [];
    if (asked === undefined) return [];
    const word = asked.toLowerCase();
    return this.replies
      .filter(({ shortcut }) => shortcut.toLowerCase().startsWith(word))
      .slice(0, repliesShown);
  }

  #use(reply: WireReply): void {
    this.#set(reply.body);
    this.focus();
  }

  readonly #written = () => {
    this.chosen = 0;
    this.#set(this.area.value);
    this.#tell('couture-chat-typing', typedText(this.text) !== '');
  };

  readonly #key = (event: KeyboardEvent) => {
    const offered = this.#offered();
    if (offered.length > 0 && this.#choose(event, offered)) return;
    if (!isSend(event)) return;
    event.preventDefault();
    this.#send();
  };

  #choose(event: KeyboardEvent, offered: readonly WireReply[]): boolean {
    const key = pressedKey(event);
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) this.chosen = (this.chosen + step + offered.length) % offered.length;
    else if (key === 'Enter' || key === 'Tab') this.#use(offered[this.chosen]!);
    else if (key === 'Escape') this.#set('');
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  readonly #submit = (event: Event) => {
    event.preventDefault();
    this.#send();
  };

  #send(): void {
    const body = typedText(this.text);
    if (this.disabled || excess(this.text, this.most) > 0) return;
    for (const { file } of this.pending) this.#tell('couture-chat-file', file);
    this.#wait([]);
    // A listener that cannot send the message prevents the event; the text then stays here.
    const event = new CustomEvent('couture-chat-send', { detail: body, cancelable: true });
    if (body !== '' && this.dispatchEvent(event)) this.#set('');
    this.focus();
  }

  readonly #picked = (event: Event) => {
    const input = event.target as HTMLInputElement;
    this.#take(input.files);
    input.value = '';
  };

  readonly #dropped = (event: DragEvent) => {
    // The browser inserts dropped text; what its limit would cut is inserted here.
    if (!event.dataTransfer?.files.length) return void (event.target === this.area && pasteWhole(event));
    event.preventDefault();
    this.takeDropped([...event.dataTransfer.files]);
  };

  /** Shows files that were dropped on the field or beside it. */
  takeDropped(files: readonly File[]): void {
    this.#show(files);
  }

  readonly #pasted = (event: ClipboardEvent) => {
    const files = pastedFiles(event.clipboardData);
    if (files.length === 0) return void pasteWhole(event);
    event.preventDefault();
    this.#show(files);
  };

  #show(files: readonly File[]): void {
    this.noFiles = !this.files;
    if (this.disabled || !this.files) return;
    this.#wait([...this.pending, ...files.map((file) => ({ file, picture: pictureOf(file) }))]);
  }

  #pending(): TemplateResult {
    return html`<ul class="pending" aria-label=${msg('Files to send')}>
      ${this.pending.map(
        (each) => html`<li>
          <img src=${until(each.picture, nothing)} alt="" width="56" height="56" />
          <span dir="auto">${each.file.name}</span>
          <button class="tool" type="button" aria-label=${msg('Remove')} @click=${() => this.#drop(each)}>${icon('close', 18)}</button>
        </li>`,
      )}
    </ul>`;
  }

  #drop(dropped: WaitingFile): void {
    this.#wait(this.pending.filter((each) => each !== dropped));
    this.focus();
  }

  /** Files wait with their chat, also while another one is open or the panel is minimised. */
  #wait(pending: readonly WaitingFile[]): void {
    this.pending = pending;
    if (pending.length > 0) waitingFiles.set(this.draft, pending);
    else waitingFiles.delete(this.draft);
  }

  #take(files: FileList | null | undefined): void {
    if (this.disabled || !this.files) return;
    for (const file of files ?? []) this.#tell('couture-chat-file', file);
  }

  #set(text: string): void {
    this.text = text;
    this.noFiles = false;
    if (!this.draft) return;
    if (text) this.unkept = !savedDraft(this.draft).write(text);
    else {
      savedDraft(this.draft).clear();
      this.unkept = false;
    }
  }

  /** What is written and could be sent; '' for nothing, and for a text that is too long. */
  get typed(): string {
    return excess(this.text, this.most) > 0 ? '' : typedText(this.text);
  }

  clear(): void {
    this.#set('');
    this.focus();
  }

  /** Adds a text to what is written, for the writer to edit and send. */
  insert(text: string): void {
    this.#set([this.text, text].filter(Boolean).join('\n'));
    this.focus();
  }

  /** Restores a text that could not be sent, in front of what was written since. */
  restore(draft: string, body: string): void {
    const text = [body, draft === this.draft ? this.text : savedDraft(draft).read()]
      .filter(Boolean)
      .join('\n');
    if (draft === this.draft) this.#set(text);
    else savedDraft(draft).write(text);
  }

  #tell(type: 'couture-chat-file' | 'couture-chat-typing', detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function pictureOf(file: File): WaitingFile['picture'] {
  if (!file.type.startsWith('image/')) return Promise.resolve(nothing);
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => resolve(nothing);
    reader.readAsDataURL(file);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-chat-composer': ChatComposer;
  }
}
