// Files on their way into chats, one after the other: each is uploaded, then sent as a message. Without a response a file waits in
// this page and is tried again, so that nobody has to choose it twice.
import { msg, str } from '@lit/localize';
import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { WireAttachment } from '../../runtime/contract/chat-message.ts';
import { ApiError } from '../api/api-error.ts';
import { tooManyWait, uploadWords } from './chat-words.ts';
import { takeDroppedFiles } from './drop-files.ts';
import { FileRefused } from './prepare-file.ts';

/** The chat that a file was chosen in, whichever is shown by the time it arrives. */
export interface FileTarget {
  upload(file: File): Promise<WireAttachment>;
  /** @returns false while too many messages wait */
  send(attachment: WireAttachment): boolean;
}

interface Waiting {
  readonly file: File;
  readonly target: FileTarget;
  /** Stored already, but not sent. */
  attachment?: WireAttachment;
  /** Attempts so far. */
  failed: number;
  /** Whether the server answered the last one, and asked for patience. */
  isAsked?: boolean;
}

/** Milliseconds before the second attempt, and at most between two. */
const [firstPause, longestPause] = [3_000, 60_000];

export class FileUploads implements ReactiveController {
  readonly #host: LitElement;
  readonly #say: (words: string) => void;
  #waiting: Waiting[] = [];
  #isBusy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param say shows why a file was refused; '' for nothing */
  constructor(host: LitElement, say: (words: string) => void) {
    this.#host = host;
    this.#say = say;
    host.addController(this);
    takeDroppedFiles(host, 'couture-chat-composer, couture-chat-start');
  }

  hostConnected(): void {
    addEventListener('online', this.#next);
    this.#next();
  }

  hostDisconnected(): void {
    removeEventListener('online', this.#next);
    clearTimeout(this.#timer);
  }

  add(file: File, target: FileTarget): void {
    this.#waiting.push({ file, target, failed: 0 });
    this.#next();
  }

  /** Forgets the files that wait, such as when the person changes. */
  clear(): void {
    this.#waiting = [];
    clearTimeout(this.#timer);
    this.#host.requestUpdate();
  }

  /** Says which file is on its way, or waits for the network, with a button that gives it up. */
  strip(): TemplateResult | typeof nothing {
    const [first] = this.#waiting;
    if (!first) return nothing;
    const { name } = first.file;
    if (first.failed === 0) return html`<p class="strip" role="status">${msg(str`Sending ${name} …`)}</p>`;
    return html`<p class="strip" role="status">
      ${
        first.isAsked
          ? msg(str`${name} will be sent in a moment. Keep this page open.`)
          : msg(str`${name} will be sent when you’re back online. Keep this page open.`)
      }
      <button class="text-button" @click=${this.#giveUp}>${msg('Don’t send')}</button>
    </p>`;
  }

  readonly #giveUp = () => {
    this.#waiting.shift();
    this.#host.requestUpdate();
    this.#next();
  };

  readonly #next = () => {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (first && !this.#isBusy) void this.#deliver(first);
  };

  async #deliver(waiting: Waiting): Promise<void> {
    this.#isBusy = true;
    this.#host.requestUpdate();
    try {
      const attachment = waiting.attachment ?? (await waiting.target.upload(waiting.file));
      // Given up, or of another person, in the meantime.
      if (this.#waiting[0] === waiting) this.#send(waiting, attachment);
    } catch (error) {
      if (this.#waiting[0] === waiting) this.#failed(waiting, error);
    } finally {
      this.#isBusy = false;
      this.#host.requestUpdate();
    }
    const [first] = this.#waiting;
    if (!first) return;
    if (first.failed === 0) this.#next();
    else if (this.#host.isConnected)
      this.#timer = setTimeout(this.#next, Math.min(longestPause, firstPause * 2 ** (first.failed - 1)));
  }

  #send(waiting: Waiting, attachment: WireAttachment): void {
    if (waiting.target.send(attachment)) {
      this.#waiting.shift();
      this.#say('');
    } else {
      waiting.attachment = attachment;
      waiting.isAsked = true;
      waiting.failed++;
      this.#say(tooManyWait());
    }
  }

  #failed(waiting: Waiting, error: unknown): void {
    if (mayWorkLater(error)) {
      waiting.isAsked = error instanceof ApiError;
      waiting.failed++;
      this.#say('');
    } else {
      this.#waiting.shift();
      this.#say(uploadWords(error));
    }
  }
}

/** Without a response, or with one that asks for patience, the same file may be taken later. */
function mayWorkLater(error: unknown): boolean {
  if (error instanceof ApiError) return [429, 502, 503, 504].includes(error.status);
  return !(error instanceof FileRefused);
}
