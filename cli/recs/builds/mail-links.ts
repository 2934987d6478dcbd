// Links to the lists of customers in newsletters: a build's customers with a list → CSV, one customer per line.
import { stringify } from 'csv-stringify/sync';
import { signMailLink } from '../../../runtime/recommendations/mail-link.ts';
import type { Client } from '../../../sql/pool.ts';
import { listedCustomers } from '../../../sql/store/lists/list-export.ts';
import { writeText } from './write-text.ts';

/** Columns of the file. */
export const mailLinkColumns = ['customer_id', 'list_url', 'html_url', 'link_base', 'expires_at'] as const;

export interface MailLinksInput {
  readonly client: Client;
  readonly buildId: number;
  readonly secret: string;
  /** URL of the runtime as shoppers reach it, with its base path. */
  readonly address: string;
  /** Milliseconds for which the links are valid. */
  readonly valid: number;
  /** Whether clicks are counted. */
  readonly tracked: boolean;
  readonly file: string | undefined;
  readonly onProgress?: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** Writes the links and returns their number. @throws CoutureError `file_unreadable` if the file cannot be written */
export async function exportMailLinks(input: MailLinksInput): Promise<number> {
  let rows = 0;
  const expires = Math.floor((Date.now() + input.valid) / 1_000);
  const expiresAt = new Date(expires * 1_000).toISOString();
  await writeText(chunks(), input.file, input.signal);
  return rows;

  async function* chunks(): AsyncGenerator<string> {
    yield `${mailLinkColumns.join(',')}\n`;
    for await (const batch of listedCustomers(input.client, input.buildId, { signal: input.signal })) {
      rows += batch.length;
      input.onProgress?.(rows);
      yield stringify(
        batch.map(([customerId]) => {
          const token = signMailLink({ customerId, expires, tracked: input.tracked }, input.secret);
          const list = `${input.address}/api/mail-lists/${token}`;
          return [customerId, list, `${list}/fragment`, `${list}/places`, expiresAt];
        }),
      );
    }
  }
}
