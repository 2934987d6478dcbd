// Styles of <couture-product-card>.
import { css } from 'lit';

export const cardStyles = css`
  article {
    position: relative;
    display: grid;
    gap: 0.75rem;
    container-type: inline-size;
  }
  .frame {
    position: relative;
    overflow: hidden;
  }
  couture-product-picture {
    transition: transform var(--couture-slow, 420ms) var(--couture-ease, ease);
  }
  article:hover couture-product-picture {
    transform: scale(1.025);
  }
  .badge {
    position: absolute;
    inset-block-start: 0.625rem;
    inset-inline-start: 0.625rem;
    padding: 0.2rem 0.5rem;
    background: var(--couture-paper, #fff);
    color: var(--couture-ink, #17130f);
    font: var(--couture-label, 500 0.8125rem / 1.3 system-ui);
  }
  .badge.sale {
    color: var(--couture-sale, #b42318);
  }
  .add {
    position: absolute;
    z-index: 1;
    inset-block-end: 0.5rem;
    inset-inline-end: 0.5rem;
    display: grid;
    place-items: center;
    width: 2.5rem;
    height: 2.5rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--couture-paper, #fff);
    color: var(--couture-ink, #17130f);
    cursor: pointer;
  }
  @media (hover: hover) {
    .add {
      opacity: 0;
      transition: opacity var(--couture-quick, 160ms);
    }
    article:hover .add,
    .add:focus-visible {
      opacity: 1;
    }
    .add:hover {
      background: var(--couture-ink, #17130f);
      color: var(--couture-paper, #fff);
    }
  }
  .variants {
    color: var(--couture-muted, #655d52);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  .words {
    display: grid;
    gap: 0.2rem;
    min-height: var(--couture-card-words, 4.6rem);
    align-content: start;
  }
  h3 {
    font: 500 0.9375rem / 1.35 var(--couture-sans, system-ui, sans-serif);
  }
  a {
    text-decoration: none;
  }
  a::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  /* Firefox has :has() since 121; before, the outline stays at the link. */
  @supports selector(:has(a)) {
    a:focus-visible {
      outline: none;
    }
    article:focus-within:has(a:focus-visible) {
      outline: 2px solid var(--couture-accent, #2563eb);
      outline-offset: 3px;
    }
  }
  a:hover {
    text-decoration: underline;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.1rem 0.75rem;
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  h3 a,
  .reason {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    line-clamp: 2;
    overflow: hidden;
  }
  .reason {
    display: var(--couture-card-reason, -webkit-box);
    /* "You buy this about every 3 months; last on 15 March 2026" ends with what counts. */
    -webkit-line-clamp: 4;
    line-clamp: 4;
    color: var(--couture-muted, #655d52);
    font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
  }
  .sold-out couture-product-picture {
    opacity: 0.55;
  }
`;
