// A pair of VAPID keys for tests, and one that it has replaced.
import type { VapidKeys } from '../push/vapid-keys.ts';

export const testKeys: VapidKeys = {
  pairs: [
    {
      id: 'now',
      publicKey: 'BFptQKUlswVBspH2cmC-IjglZG4Y7gzdHYNTTeoiB3r6-_coR9PTY7fZPHziwpXDbJBD1QqYIyogc4cf4z_kgnc',
      privateKey: 'kbwtpMU3ZG8xc7LwAV7FIntjJvPFSSz-XghxWbC4DRY',
    },
    {
      id: 'before',
      publicKey: 'BG9_nkE3jQVDqSXn4mU3XPeWIljD5m8KxZHFR0F-Nod2KCdaBS278gTeWxm3R8Hx2i8nUf_5PHfdkdPYC_XRgAo',
      privateKey: 'hf417uU2cOSzza3smwSWcbylqqjX6qDNPAcZJe35rPQ',
    },
  ],
  contact: 'mailto:shop@shop.example',
  file: undefined,
};
