// Styles of <couture-search-panel>.
import { css } from 'lit';
import { priceStyles } from '../../elements/price.ts';
import { reset } from '../../styles/shared.styles.ts';

export const searchPanelStyles = [
  reset,
  priceStyles,
  css`
    dialog {
      width: 100vw;
      max-width: none;
      max-height: 100dvh;
      margin: 0;
      padding: max(0.5rem, env(safe-area-inset-top)) var(--couture-gutter) 1.5rem;
      border: 0;
      border-block-end: 1px solid var(--couture-line);
      background: var(--couture-paper);
      color: inherit;
    }
    dialog::backdrop {
      background: rgb(20 16 12 / 0.45);
    }
    form,
    #found,
    .before,
    .note,
    .all {
      max-width: 48rem;
      margin-inline: auto;
    }
    form {
      display: flex;
      align-items: center;
      gap: 0.75rem;
      border-block-end: 1px solid var(--couture-ink);
    }
    input {
      flex: 1;
      min-width: 0;
      height: 4rem;
      border: 0;
      background: none;
      font: 400 clamp(1.5rem, 1.2rem + 1.6vw, 2.25rem) / 1.1 var(--couture-display);
    }
    input:focus-visible {
      outline: none;
    }
    form:focus-within {
      border-block-end-color: var(--couture-accent);
      box-shadow: 0 1px 0 var(--couture-accent);
    }
    input::-webkit-search-cancel-button {
      display: none;
    }
    input::placeholder {
      color: var(--couture-muted);
      opacity: 1;
    }
    .tool {
      display: grid;
      place-items: center;
      width: var(--couture-touch);
      height: var(--couture-touch);
      padding: 0;
      border: 0;
      background: none;
      cursor: pointer;
    }
    #found li {
      display: grid;
      grid-template-columns: 3rem 1fr auto;
      align-items: center;
      gap: 1rem;
      padding: 0.5rem;
      cursor: pointer;
    }
    /* Of two prices on a small phone, the name had a fifth of the row. */
    @media (max-width: 26rem) {
      #found .price [aria-hidden] {
        display: grid;
        justify-items: end;
      }
    }
    #found li[aria-selected='true'],
    #found li:hover {
      background: var(--couture-tint);
    }
    #found li[aria-selected='true'] {
      outline: 2px solid var(--couture-accent);
      outline-offset: -2px;
    }
    .before {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
      gap: 1.25rem 2rem;
      padding-block-start: 1.25rem;
    }
    h2 {
      color: var(--couture-muted);
      font: var(--couture-label);
    }
    .before a {
      display: flex;
      align-items: center;
      min-height: 2.25rem;
      text-decoration: none;
    }
    .before a:hover {
      text-decoration: underline;
    }
    .note,
    .all {
      display: flex;
      align-items: center;
      gap: 0.6rem;
      min-height: var(--couture-touch);
      padding-inline: 0.5rem;
      color: var(--couture-muted);
    }
    .all {
      color: inherit;
    }
    .all .icon {
      scale: var(--couture-mirror, 1) 1;
    }
  `,
];
