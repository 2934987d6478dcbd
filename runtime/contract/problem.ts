// Every error response of the API: application/problem+json (RFC 9457) with a code of couture's error table.
import { z } from 'zod';

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What failed, with which value; only for errors that clients may see. */
  detail: z.string().optional(),
  code: z.string(),
  /** What to do next. */
  hint: z.string().optional(),
  /** Find the request in the server's log by this id. */
  request_id: z.string(),
  /** The invalid parts of the request. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** When an order is rejected, the products that are the cause. */
  items: z.array(z.record(z.string(), z.unknown())).optional(),
  /** When a product is not found, the kinds of ids that the shop knows: `id (bigint)`, `handle`. */
  kinds_tried: z.array(z.string()).optional(),
  /** When a file is refused, what its content is: `heic`, `avif`, `svg`, `empty`, `other`. */
  kind: z.string().optional(),
});
export type Problem = z.output<typeof problem>;
