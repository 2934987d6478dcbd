// Styles of pages that list products.
import { css } from 'lit';

export const listingStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 1.25rem;
    padding-block: clamp(1.75rem, 1rem + 3vw, 3.5rem) 1.5rem;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    min-height: var(--couture-touch);
  }
  /* One row of their own, whatever they show: the written page has room for them without knowing their width. */
  @media (max-width: 47.99rem) {
    .controls {
      flex: 1 0 100%;
      flex-wrap: nowrap;
      min-width: 0;
    }
    .controls .button {
      flex: none;
    }
    .sort {
      min-width: 0;
    }
  }
  /* Room for the longest sort order, and for both prices in one line. */
  @media (max-width: 23.99rem) {
    .controls {
      gap: 0.5rem;
    }
    .controls .button {
      padding-inline: 0.75rem;
    }
    .controls select {
      padding-inline: 0.6rem 0.25rem;
      text-overflow: ellipsis;
    }
    .filters {
      column-gap: 0.75rem;
    }
    .filters .bound {
      gap: 0.4rem;
    }
    .filters .bound input {
      width: 5rem;
    }
  }
  select {
    max-width: 100%;
  }
  select,
  .bound input {
    min-height: var(--couture-touch);
    padding-inline: 0.9rem;
    border: 1px solid var(--couture-line-strong);
    border-radius: var(--couture-radius);
    background: var(--couture-paper);
    font: 500 0.9375rem / 1.2 var(--couture-sans);
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1.75rem;
    margin-block-end: 1.75rem;
    padding-block: 0.75rem;
    border-block: 1px solid var(--couture-line);
  }
  .check,
  .bound {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: var(--couture-touch);
  }
  .check input {
    width: 1.25rem;
    height: 1.25rem;
    margin: 0;
    accent-color: var(--couture-accent);
  }
  .bound input {
    width: 6.5rem;
  }
  .bone div {
    aspect-ratio: 4 / 5;
    margin-block-end: 6.1rem;
    background: var(--couture-tint);
  }
  .note {
    margin-block-end: 1.5rem;
    padding: 0.75rem 1rem;
    background: var(--couture-tint);
  }
  .end {
    margin-block: 3rem 0;
    text-align: center;
  }
  .state {
    display: grid;
    gap: 1rem;
    padding-block: 2rem;
  }
  .head + .state {
    padding-block-start: 0;
  }
  .state > .button {
    justify-self: start;
  }
  .state > couture-trending {
    display: block;
    margin-block-start: 2.5rem;
  }
  .state p {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }
  .below {
    margin-block-start: var(--couture-section);
  }
`;
