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
  :dir(rtl) .button .icon {
    scale: -1 1;
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
  .categories {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 42vw), 1fr));
    gap: 1.75rem var(--couture-gap);
    margin-block-start: 1.5rem;
    align-content: start;
  }
  .categories a {
    display: block;
    text-decoration: none;
  }
  .categories couture-product-picture {
    --couture-picture-ratio: 1 / 1;
    margin-block-end: 0.6rem;
  }
  .categories a:hover .name {
    text-decoration: underline;
  }
  .categories .name {
    font-weight: 500;
  }
  @media (min-width: 48rem) {
    .categories {
      grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
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
