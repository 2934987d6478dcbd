// Every error of the API: application/problem+json (RFC 9457) with a code of couture's error table.
import { z } from 'zod';

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What arrived, where a client may know it. */
  detail: z.string().optional(),
  code: z.string(),
  /** What to do next. */
  hint: z.string().optional(),
  /** In the logs of the server. */
  request_id: z.string(),
  /** Where in the request something does not fit. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** More about single products, where an order is refused. */
  items: z.array(z.record(z.string(), z.unknown())).optional(),
});
export type Problem = z.output<typeof problem>;
