// Styles of <couture-product-picture>.
import { css } from 'lit';

export const pictureStyles = css`
  .box {
    position: relative;
    height: 100%;
    aspect-ratio: var(--couture-picture-ratio, 4 / 5);
    overflow: hidden;
    border-radius: var(--couture-radius, 2px);
    background: var(--couture-tint, #f1ece3);
  }
  img {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .none {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: var(--couture-muted, #655d52);
  }
  .none svg {
    width: clamp(1.25rem, 25%, 3rem);
  }
`;
