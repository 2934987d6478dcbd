// Styles of <couture-cart-page>, and of the checkout's order lines.
import { css } from 'lit';

/** What the runtime writes of these pages, too. */
export const cartHeading = css`
  h1 {
    padding-block: clamp(1.75rem, 1rem + 3vw, 3.5rem) 1.5rem;
  }
`;

/** The same for what `bag-outline.ts` adds, with the heights of what only the app draws. */
export const bagOutline = css`
  .stepper {
    height: calc(var(--couture-touch) + 2px);
  }
  .stepper,
  .right {
    visibility: hidden;
  }
  .sum {
    min-height: 11rem;
  }
`;

export const cartStyles = css`
  ${cartHeading}
  .notice {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
    margin-block-end: 1.5rem;
    padding: 1rem 1.25rem;
    background: var(--couture-warn-paper);
    color: var(--couture-warn-ink);
  }
  .notice .button {
    margin-block-start: 0.5rem;
    color: inherit;
  }
  .columns {
    display: grid;
    gap: 2.5rem clamp(2rem, 5vw, 5rem);
    align-items: start;
  }
  .lines {
    border-block-start: 1px solid var(--couture-line);
  }
  .line {
    display: grid;
    grid-template-columns: 5.5rem 1fr auto;
    gap: 0.5rem 1.25rem;
    padding-block: 1.25rem;
    border-block-end: 1px solid var(--couture-line);
  }
  .line.out couture-product-picture {
    opacity: 0.5;
  }
  .what {
    display: grid;
    gap: 0.25rem;
    align-content: start;
  }
  .name {
    font-weight: 500;
  }
  .name a {
    display: inline-block;
    text-decoration: none;
  }
  .name a:hover {
    text-decoration: underline;
  }
  .pieces {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 0.25rem;
    align-content: start;
  }
  .saving {
    color: var(--couture-good);
  }
  .right {
    display: grid;
    justify-items: end;
    align-content: space-between;
    font-variant-numeric: tabular-nums;
  }
  .stepper {
    display: inline-flex;
    justify-self: start;
    margin-block-start: 0.5rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: var(--couture-radius);
  }
  .stepper button {
    display: grid;
    place-items: center;
    width: var(--couture-touch);
    height: var(--couture-touch);
    border: 0;
    background: none;
    cursor: pointer;
  }
  .stepper button[aria-disabled='true'] {
    color: var(--couture-line-strong);
    cursor: not-allowed;
  }
  .stepper input {
    width: 2.75rem;
    border: 0;
    background: none;
    text-align: center;
    appearance: textfield;
  }
  .stepper input::-webkit-inner-spin-button {
    display: none;
  }
  .sum {
    display: grid;
    gap: 1rem;
    padding: 1.5rem;
    background: var(--couture-tint);
  }
  .sum dl,
  .sum dl div {
    display: grid;
    gap: 0.35rem;
  }
  .sum dl div {
    grid-template-columns: 1fr auto;
    align-items: baseline;
  }
  .sum .total dd {
    font: 400 2rem / 1.1 var(--couture-display);
    font-variant-numeric: tabular-nums;
  }
  .small {
    min-height: 1.45em;
    font: var(--couture-small);
  }
  .below {
    margin-block-start: var(--couture-section);
  }
  @media (max-width: 24rem) {
    .line {
      grid-template-columns: 4.5rem 1fr;
    }
    .right {
      grid-column: 2;
      grid-auto-flow: column;
      align-items: center;
      justify-content: space-between;
    }
  }
  /* A phone in landscape: beside the chat button, which no scrolling moves away from the first line. */
  @media (min-width: 24.01rem) and (max-width: 59.99rem) and (max-height: 30rem) {
    .columns .lines {
      padding-inline-end: 3.5rem;
    }
  }
  @media (min-width: 60rem) {
    .columns {
      grid-template-columns: 1fr 22rem;
    }
    .line {
      grid-template-columns: 7rem 1fr auto;
    }
    .sum {
      position: sticky;
      inset-block-start: 9rem;
    }
  }
`;
