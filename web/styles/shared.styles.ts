// Base styles of every element with text, links or buttons.
import { css } from 'lit';

export const reset = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    font: var(--couture-text, 400 1rem / 1.55 system-ui, sans-serif);
    color: var(--couture-ink, #17130f);
  }
  :host([hidden]) {
    display: none;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  img {
    display: block;
    max-width: 100%;
  }
  a {
    color: inherit;
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  :focus-visible {
    outline: 2px solid var(--couture-accent, #2563eb);
    outline-offset: 2px;
  }
  .visually-hidden:not(:focus-within) {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      transition-duration: 0.01ms !important;
    }
  }
`;

export const buttons = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-height: var(--couture-touch, 2.75rem);
    padding: 0.625rem 1.5rem;
    border: 1px solid var(--couture-button-edge, var(--couture-button, var(--couture-ink, #17130f)));
    border-radius: var(--couture-radius, 2px);
    background: var(--couture-button, var(--couture-ink, #17130f));
    color: var(--couture-button-ink, var(--couture-paper, #fff));
    font: 500 0.9375rem / 1.2 var(--couture-sans, system-ui, sans-serif);
    text-decoration: none;
    text-align: center;
    cursor: pointer;
    transition: background var(--couture-quick, 160ms), color var(--couture-quick, 160ms);
  }
  /* A phone keeps the last button pressed in this state. */
  @media (hover: hover) {
    .button:hover {
      background: var(--couture-accent, #2563eb);
      border-color: var(--couture-accent, #2563eb);
      color: var(--couture-accent-ink, #fff);
    }
  }
  .button.quiet {
    background: transparent;
    color: var(--couture-ink, #17130f);
    border-color: var(--couture-line-strong, #857c6e);
  }
  @media (hover: hover) {
    .button.quiet:hover {
      border-color: var(--couture-ink, #17130f);
      background: var(--couture-tint, #f1ece3);
    }
  }
  .button[disabled],
  .button[aria-disabled='true'] {
    background: var(--couture-tint, #f1ece3);
    border-color: var(--couture-line, #e3dccf);
    color: var(--couture-muted, #655d52);
    cursor: not-allowed;
  }
  .text-button {
    min-height: var(--couture-touch, 2.75rem);
    padding: 0.25rem;
    border: 0;
    background: none;
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
  }
`;

/** Text fields. At least 16 px; phones zoom into smaller ones. */
export const fields = css`
  label.field {
    display: grid;
    gap: 0.35rem;
    font: var(--couture-label, 500 0.8125rem / 1.3 system-ui);
  }
  .field input,
  .field select,
  .field textarea,
  input.field,
  textarea.field {
    width: 100%;
    min-height: var(--couture-touch, 2.75rem);
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--couture-line-strong, #857c6e);
    border-radius: var(--couture-radius, 2px);
    background: var(--couture-surface, #fff);
    color: inherit;
    /* Phones zoom into fields with smaller text. */
    font: 400 1rem / 1.4 var(--couture-sans, system-ui, sans-serif);
  }
  .too-long {
    color: var(--couture-sale, #b42318);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
`;

/** A dialog over the page. */
export const dialogs = css`
  dialog {
    width: min(var(--dialog-width, 32rem), calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: 1.5rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: var(--couture-radius);
    background: var(--couture-paper);
    color: var(--couture-ink);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.4);
  }
  dialog h2 {
    margin-block-end: 1rem;
    font: var(--couture-heading);
  }
  dialog form {
    display: grid;
    gap: 1rem;
  }
  dialog .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
`;

/** Headings of pages and sections, and the page width. */
export const page = css`
  .wide {
    max-width: var(--couture-width);
    margin-inline: auto;
    padding-inline: var(--couture-gutter);
  }
  h1 {
    font: var(--couture-title);
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  h1:focus {
    outline: none;
  }
  h2 {
    font: var(--couture-heading);
    letter-spacing: -0.01em;
  }
  .muted {
    color: var(--couture-muted);
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(10rem, 42vw), 1fr));
    gap: clamp(1.5rem, 1rem + 1.6vw, 2.75rem) var(--couture-gap);
  }
  @media (min-width: 48rem) {
    .grid {
      grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
    }
  }
`;
