// Styles of <couture-product-page>.
import { css } from 'lit';

export const productPageStyles = css`
  .crumbs {
    display: flex;
    gap: 0.6rem;
    align-items: center;
    min-height: 3.5rem;
    color: var(--couture-muted);
    font: var(--couture-small);
  }
  .crumbs a {
    padding-block: 0.6rem;
    text-decoration: none;
  }
  .crumbs a:hover {
    text-decoration: underline;
  }
  .piece {
    display: grid;
    gap: 1.75rem clamp(2rem, 5vw, 5rem);
  }
  .facts {
    display: grid;
    gap: 1.25rem;
    align-content: start;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25rem 1.5rem;
  }
  .cost {
    font-size: 1.25rem;
  }
  .stock {
    color: var(--couture-muted);
    font: var(--couture-small);
  }
  .stock.good {
    color: var(--couture-good);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }
  .actions .button {
    flex: 1 1 12rem;
    min-height: 3.25rem;
  }
  .watch[aria-pressed='true'] .icon {
    fill: var(--couture-sale);
    stroke: var(--couture-sale);
  }
  .description {
    max-width: 34rem;
    padding-block-start: 1.25rem;
    border-block-start: 1px solid var(--couture-line);
  }
  .tags {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
    font: var(--couture-small);
    color: var(--couture-muted);
  }
  .tags a {
    display: inline-block;
    padding-block: 0.45rem;
  }
  .more {
    display: grid;
    gap: var(--couture-section);
    margin-block-start: var(--couture-section);
  }
  .bone {
    aspect-ratio: 4 / 5;
    background: var(--couture-tint);
  }
  .bone-line {
    height: 3.5rem;
    background: var(--couture-tint);
  }
  .bone-line.short {
    height: 1.5rem;
    width: 40%;
  }
  .state {
    display: grid;
    gap: 1.25rem;
    padding-block: clamp(1.75rem, 1rem + 3vw, 3.5rem) 3rem;
  }
  .state couture-trending {
    margin-block-start: 2.5rem;
  }
  .state p {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }
  .bar {
    display: none;
  }
  @media (max-width: 47.99rem) {
    .crumbs {
      min-height: 2.75rem;
    }
    .piece {
      row-gap: 1rem;
    }
    .facts {
      row-gap: 1rem;
    }
    /* The chat button is at the other edge. */
    .line {
      justify-content: flex-start;
    }
    .picture {
      margin-inline: calc(-1 * var(--couture-gutter));
      --couture-radius: 0;
    }
    .picture.bone,
    .picture couture-product-picture {
      --couture-picture-ratio: auto;
      /* Keeps name, price and buy bar in the first view, even on short viewports. */
      height: clamp(9rem, 100svh - 22rem, 125vw);
    }
    .picture.bone {
      aspect-ratio: auto;
    }
    .picture couture-product-picture::part(picture) {
      object-fit: contain;
    }
    .actions .button {
      flex-basis: max-content;
      padding-inline: 0.75rem;
      white-space: nowrap;
    }
    .bar:not([hidden]) {
      position: fixed;
      z-index: 5;
      inset-block-end: 0;
      inset-inline: 0;
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 1rem;
      padding: 0.75rem var(--couture-gutter) max(0.75rem, env(safe-area-inset-bottom));
      background: var(--couture-paper);
      border-block-start: 1px solid var(--couture-line);
    }
    .bar .button {
      flex: 0 1 14rem;
      min-height: 3rem;
      padding-inline: 0.75rem;
    }
  }
  /* A phone in landscape, or a page at 200 %: picture and facts side by side. */
  @media (max-width: 47.99rem) and (max-height: 30rem) and (min-aspect-ratio: 5 / 4) {
    .piece {
      grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
      column-gap: 1.5rem;
    }
    .picture {
      margin-inline: 0;
    }
    .picture.bone,
    .picture couture-product-picture {
      height: clamp(9rem, 100svh - 12.5rem, 50vw);
    }
  }
  @media (min-width: 48rem) {
    .piece {
      grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
    }
    .picture {
      position: sticky;
      inset-block-start: calc(var(--couture-header) + 1rem);
      align-self: start;
    }
    .picture couture-product-picture {
      max-width: 44rem;
    }
  }
  /* Where the header has a row of categories. */
  @media (min-width: 75rem) {
    .picture {
      inset-block-start: 8.5rem;
    }
  }
`;
