// What was typed and not sent: of this tab, over minimising and reloading; in memory only where storage fails.
import { msg } from '@lit/localize';
import { html, type nothing, type TemplateResult } from 'lit';
import { forgetSaved, type Saved, saved } from '../state/saved.ts';

/** The draft of a chat or a note. */
export function savedDraft(draft: string): Saved<string> {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return saved(`couture-draft-${draft}`, '', text, 'sessionStorage');
}

export interface StartDraft {
  readonly name: string;
  readonly email: string;
  readonly body: string;
}

/** The draft of the form that starts a chat; undefined: untouched. */
export const startDraft = saved<StartDraft | undefined>(
  'couture-draft-start',
  undefined,
  (value) => {
    const { name, email, body } = (value ?? {}) as Record<string, unknown>;
    return typeof name === 'string' && typeof email === 'string' && typeof body === 'string'
      ? { name, email, body }
      : undefined;
  },
  'sessionStorage',
);

/** Adds a question to what was typed into the form. */
export function askInStartForm(question: string): void {
  const { body = '', ...draft } = startDraft.read() ?? { name: '', email: '' };
  if (body.includes(question)) return;
  startDraft.write({ ...draft, body: [question, body].filter(Boolean).join('\n') });
}

/** Moves what was typed into the form to the chat that another tab has started meanwhile. */
export function moveStartDraft(sessionId: string): void {
  const { body = '' } = startDraft.read() ?? {};
  const draft = savedDraft(sessionId);
  if (body && !draft.read()) draft.write(body);
  startDraft.clear();
}

/** Moves what was typed when a chat ended to the form that starts the next one. */
export function keepForNextChat(sessionId: string): void {
  const draft = savedDraft(sessionId);
  const body = draft.read();
  if (body) startDraft.write({ name: '', email: '', ...startDraft.read(), body });
  draft.clear();
}

export interface WaitingFile {
  readonly file: File;
  /** A data URL: policies of pages rarely allow blob: URLs. */
  readonly picture: Promise<string | typeof nothing>;
}

/** Files that were pasted or dropped and not sent, by draft; in memory only, since this storage takes no files. */
export const waitingFiles = new Map<string, readonly WaitingFile[]>();

/** Removes the drafts of all chats and forms. */
export function forgetDrafts(): void {
  waitingFiles.clear();
  forgetSaved('sessionStorage', 'couture-draft-');
}

/** Shown beside a field whose draft the browser does not keep. */
export function unkeptDraft(): TemplateResult {
  return html`<p class="trouble" role="status">
    ${msg('Your browser can’t keep this draft. It’s lost if you close or reload this page.')}
  </p>`;
}
