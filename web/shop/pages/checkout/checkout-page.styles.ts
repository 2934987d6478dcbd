// Styles of <couture-checkout-page>.
import { css } from 'lit';

/** The same in what the runtime writes. */
export const narrow = css`
  .narrow {
    max-width: 46rem;
  }
`;

export const checkoutStyles = css`
  ${narrow}
  .lines {
    margin-block: 1.75rem;
  }
  .plain {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.5rem 1.5rem;
    padding-block: 0.9rem;
    border-block-end: 1px solid var(--couture-line);
  }
  .amount {
    font-variant-numeric: tabular-nums;
  }
  .plain.total {
    align-items: baseline;
    border-block-end: 0;
  }
  .plain.total .amount {
    font: 400 2rem / 1.1 var(--couture-display);
  }
  form [role='alert'] .notice {
    margin-block: 1.5rem 0;
  }
  .go {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    margin-block-start: 1.5rem;
  }
  .go .button {
    flex: 1 1 14rem;
    min-height: 3.25rem;
  }
`;
