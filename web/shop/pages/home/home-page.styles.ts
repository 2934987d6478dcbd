// Styles of <couture-home-page>.
import { css } from 'lit';

export const homeStyles = css`
  .hero {
    display: grid;
    gap: clamp(2rem, 5vw, 4rem);
    padding-block: clamp(2rem, 1rem + 4vw, 5rem) var(--couture-section);
  }
  .line {
    display: grid;
    gap: 1.5rem;
    align-content: center;
    justify-items: start;
  }
  h1 {
    max-width: 9em;
    font: var(--couture-hero);
    letter-spacing: -0.025em;
  }
  .line p {
    max-width: 26rem;
    font-size: 1.125rem;
    color: var(--couture-muted);
  }
  .button .icon {
    scale: var(--couture-mirror, 1) 1;
  }
  .pictures {
    display: grid;
    grid-template-columns: 1.35fr 1fr;
    grid-template-rows: 1fr 1fr;
    gap: clamp(0.5rem, 1vw, 1rem);
  }
  .pictures li.at0 {
    grid-row: span 2;
  }
  .pictures li.at0:only-child {
    grid-column: span 2;
  }
  .pictures li.at1:last-child {
    grid-row: span 2;
  }
  .pictures a,
  .pictures couture-product-picture,
  .bone {
    display: block;
    height: 100%;
  }
  .pictures couture-product-picture {
    --couture-picture-ratio: auto;
  }
  .pictures {
    aspect-ratio: 1 / 1;
  }
  .bone {
    background: var(--couture-tint);
  }
  .section {
    padding-block-end: var(--couture-section);
  }
  couture-buy-again::part(base) {
    margin-block-end: var(--couture-section);
  }
  .greeting {
    margin-block-end: 0.25rem;
  }
  /* No tile stands alone in the last row: of an odd number, the first one takes a row of its own on a phone; wider pages take
     the next number of columns. */
  .categories {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 1.75rem var(--couture-gap);
    margin-block-start: 1.5rem;
    align-content: start;
  }
  .categories a {
    display: block;
    text-decoration: none;
  }
  .categories li {
    --couture-picture-ratio: 1 / 1;
  }
  .categories couture-product-picture {
    margin-block-end: 0.6rem;
  }
  .categories a:hover .name {
    text-decoration: underline;
  }
  .categories .name {
    font-weight: 500;
  }
  .categories.plain {
    row-gap: 0;
  }
  .categories.plain a {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.6rem;
    justify-content: space-between;
    align-items: center;
    min-height: var(--couture-touch);
    padding-block: 0.6rem;
    border-block-end: 1px solid var(--couture-line);
  }
  @media (max-width: 39.99rem) {
    .categories:not(.plain) li:first-child:nth-last-child(odd) {
      grid-column: span 2;
      --couture-picture-ratio: 2 / 1;
    }
  }
  @media (min-width: 40rem) and (max-width: 63.99rem) {
    .categories {
      grid-template-columns: repeat(20, minmax(0, 1fr));
    }
    .categories li {
      grid-column: span 5;
    }
    .categories li:first-child:nth-last-child(4n + 1),
    .categories li:first-child:nth-last-child(4n + 1) ~ li {
      grid-column: span 4;
    }
  }
  @media (min-width: 64rem) {
    .categories {
      grid-template-columns: repeat(30, minmax(0, 1fr));
    }
    .categories li {
      grid-column: span 5;
    }
    .categories li:first-child:nth-last-child(6n + 1),
    .categories li:first-child:nth-last-child(6n + 1) ~ li {
      grid-column: span 6;
    }
  }
  @media (min-width: 64rem) {
    .hero {
      grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr);
      padding-block-start: 3rem;
    }
    .pictures {
      aspect-ratio: auto;
      height: min(40rem, 72vh);
    }
  }
`;
