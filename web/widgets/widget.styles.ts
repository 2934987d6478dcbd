// Styles of all recommendation widgets.
import { css } from 'lit';

export const widgetStyles = css`
  /* A query container has no intrinsic width; without these it would collapse in a grid or flex row. */
  :host {
    justify-self: stretch;
    align-self: stretch;
    flex-grow: 1;
    min-inline-size: 0;
  }
  section {
    /* Two lines for the name, two for price and rating, two for the reason. */
    --couture-card-words: 8.25rem;
    /* Where the page makes the element itself a row or a grid. */
    flex: 1;
    justify-self: stretch;
    min-inline-size: 0;
    display: grid;
    gap: 1.5rem;
    container-type: inline-size;
  }
  h2 {
    font: var(--couture-heading, 400 1.75rem / 1.12 serif);
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  .list {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: minmax(9.5rem, 44%);
    gap: var(--couture-gap, 1rem);
    overflow-x: auto;
    scroll-snap-type: x proximity;
    overscroll-behavior-x: contain;
    scrollbar-width: thin;
    padding-block-end: 0.5rem;
  }
  .list > li {
    scroll-snap-align: start;
  }
  @container (min-width: 44rem) {
    .list {
      --couture-card-words: 6.75rem;
      grid-auto-flow: row;
      grid-template-columns: repeat(4, minmax(0, 1fr));
      overflow: visible;
      row-gap: 2.5rem;
    }
    .list.threes {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
  }
  @container (min-width: 64rem) {
    .list.threes {
      grid-template-columns: repeat(6, minmax(0, 1fr));
    }
  }
  .bone {
    display: grid;
    gap: 0.75rem;
    align-content: start;
  }
  .bone div {
    aspect-ratio: 4 / 5;
    background: var(--couture-tint, #f1ece3);
  }
  .bone p {
    height: var(--couture-card-words);
    background: linear-gradient(var(--couture-tint, #f1ece3) 0.9rem, transparent 0);
  }
  .failed {
    color: var(--couture-muted, #655d52);
  }
`;
