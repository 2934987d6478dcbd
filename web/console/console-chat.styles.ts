// The chat in the middle of the console, and the shopper panel beside it.
import { css } from 'lit';

export const consoleChatStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-width: 0;
    min-height: 0;
  }
  :host([panel]) {
    grid-template-columns: minmax(0, 1fr) 20rem;
  }
  .conversation {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr) auto;
    grid-template-columns: minmax(0, 1fr);
    min-width: 0;
    min-height: 0;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    padding: 0.4rem 1rem;
    border-block-end: 1px solid var(--couture-line);
  }
  .titles {
    flex: 1;
    min-width: 9rem;
  }
  h2 {
    font: 500 1.0625rem / 1.3 var(--couture-sans);
  }
  .sub {
    color: var(--couture-muted);
    font: 400 0.8125rem / 1.4 var(--couture-sans);
  }
  .dot {
    display: inline-block;
    width: 0.6rem;
    height: 0.6rem;
    margin-inline-end: 0.35rem;
    border-radius: 50%;
    background: var(--couture-line-strong);
  }
  .dot.here {
    background: var(--couture-good);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem;
  }
  .actions .button {
    padding: 0.4rem 0.9rem;
    font-size: 0.875rem;
  }
  .actions .more {
    display: none;
  }
  .back {
    display: none;
    min-width: var(--couture-touch);
    height: var(--couture-touch);
    border: 0;
    background: none;
  }
  .back .icon {
    transform: scaleX(calc(-1 * var(--couture-mirror, 1)));
  }
  .strip {
    padding: 0.4rem 1rem;
    background: var(--couture-tint);
    font: var(--couture-small);
  }
  .modes {
    display: flex;
    gap: 0.25rem;
    padding: 0.35rem 0.5rem 0;
    border-block-start: 1px solid var(--couture-line);
    background: var(--couture-surface);
  }
  .modes button {
    min-height: 2rem;
    padding: 0.2rem 0.8rem;
    border: 0;
    border-radius: 3px;
    background: none;
    font: 500 0.8125rem / 1.3 var(--couture-sans);
    cursor: pointer;
  }
  .modes .later {
    margin-inline-start: auto;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .modes button[aria-pressed='true'] {
    background: var(--couture-tint);
  }
  .modes.noting button[aria-pressed='true'] {
    background: var(--couture-warn-paper);
    color: var(--couture-warn-ink);
  }
  .below {
    padding: 0.9rem 1rem;
    border-block-start: 1px solid var(--couture-line);
    color: var(--couture-muted);
    font: var(--couture-small);
  }
  /* Only its dialog takes space. */
  couture-time-dialog,
  couture-transfer-dialog {
    display: contents;
  }
  couture-shopper-panel {
    overflow-y: auto;
    border-inline-start: 1px solid var(--couture-line);
    background: var(--couture-surface);
  }
  @media (max-width: 75rem) {
    :host([panel]) {
      grid-template-columns: minmax(0, 1fr);
    }
    :host([panel]) .conversation {
      display: none;
    }
  }
  @media (max-width: 50rem) {
    .back {
      display: grid;
      place-items: center;
    }
    header {
      padding-inline: 0.5rem;
    }
    /* A row each, whatever is in it; the messages need the rest. */
    couture-chat-labels,
    .actions {
      flex: 0 0 100%;
    }
    .actions .button {
      flex: 1 1 auto;
      padding-inline: 0.7rem;
      white-space: nowrap;
    }
    .actions .more {
      display: inline-flex;
    }
    .actions:not(.all) .rest {
      display: none;
    }
    .modes button {
      padding-inline: 0.5rem;
      white-space: nowrap;
    }
  }
`;
