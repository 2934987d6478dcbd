// Makes the icons from icon.svg: `npm run icons`. "any" fills its square to the edge; "maskable" keeps to the safe zone.
import { defineConfig } from '@vite-pwa/assets-generator/config';
import { iconSizes } from '../build/manifest.ts';

const blue = '#2563eb';

export default defineConfig({
  headLinkOptions: { preset: '2023' },
  preset: {
    transparent: {
      sizes: [...iconSizes],
      favicons: [[48, 'favicon.ico']],
      padding: 0,
    },
    maskable: { sizes: [...iconSizes], padding: 0.16, resizeOptions: { background: blue } },
    apple: { sizes: [180], padding: 0.08, resizeOptions: { background: blue } },
    assetName: (type, size) => {
      if (type === 'apple') return 'apple-touch-icon.png';
      return `icons/${type === 'transparent' ? 'any' : 'maskable'}-${size.width}.png`;
    },
  },
  images: ['public/favicon.svg'],
});
