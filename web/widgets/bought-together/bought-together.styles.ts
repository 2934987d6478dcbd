// Styles of <couture-bought-together>.
import { css } from 'lit';

export const boughtTogetherStyles = css`
  .together {
    display: grid;
    gap: 1.5rem;
    border-block-start: 1px solid var(--couture-line, #e3dccf);
  }
  .row {
    display: grid;
    grid-template-columns: auto 4.5rem 1fr;
    align-items: center;
    gap: 0.25rem 1rem;
    min-height: 7.125rem;
    padding-block: 0.75rem;
    border-block-end: 1px solid var(--couture-line, #e3dccf);
  }
  label {
    display: grid;
    place-items: center;
    width: var(--couture-touch, 2.75rem);
    height: var(--couture-touch, 2.75rem);
    margin-inline-start: -0.75rem;
    cursor: pointer;
  }
  label.fixed {
    cursor: default;
  }
  input {
    width: 1.25rem;
    height: 1.25rem;
    margin: 0;
    accent-color: var(--couture-accent, #2563eb);
    cursor: inherit;
  }
  .name {
    font: 500 0.9375rem / 1.35 var(--couture-sans, system-ui, sans-serif);
  }
  .name a {
    display: inline-block;
    /* A target of 24 px, without a higher line. */
    margin-block: -0.2rem;
    padding-block: 0.2rem;
    text-decoration: none;
  }
  .name a:hover {
    text-decoration: underline;
  }
  .this {
    display: block;
    color: var(--couture-muted, #655d52);
    font-weight: 400;
  }
  .what,
  .reason,
  .label,
  .saving {
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui, sans-serif);
  }
  .reason,
  .label {
    color: var(--couture-muted, #655d52);
  }
  .sum {
    display: grid;
    gap: 1rem;
    align-content: center;
    min-height: 8.75rem;
  }
  .sum p {
    display: grid;
  }
  .total {
    font: 400 2rem / 1.15 var(--couture-display, serif);
    font-variant-numeric: tabular-nums;
  }
  .total s {
    color: var(--couture-muted, #655d52);
    font-size: 1.125rem;
  }
  .saving {
    color: var(--couture-good, #1f6b3b);
  }
  .bone-picture {
    grid-column: 2;
    aspect-ratio: 4 / 5;
    background: var(--couture-tint, #f1ece3);
  }
  .bone-words {
    height: 2.5rem;
    max-width: 16rem;
    background: var(--couture-tint, #f1ece3);
  }
  @container (min-width: 52rem) {
    .together {
      grid-template-columns: 1fr minmax(16rem, 22rem);
      gap: 3rem;
    }
    .sum {
      align-content: start;
      padding-block-start: 1.5rem;
    }
  }
`;
