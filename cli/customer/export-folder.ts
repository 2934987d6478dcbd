// One person's data as a folder: index.html to read, data.json for programs, and the files of chats.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { plainText } from '../../runtime/contract/text.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import type { Queryable } from '../../sql/pool.ts';
import { readContent } from '../../sql/store/chat/attachments.ts';
import type { PersonData } from '../../sql/store/person/person-data.ts';
import { type ExportedFile, type ExportInput, indexPage } from './index-page.ts';

/**
 * Writes the folder; only its owner can read it. It appears when it is complete.
 * @throws CoutureError `bad_option` if the folder exists and is not empty
 */
export async function writeExport(client: Queryable, folder: string, input: ExportInput): Promise<void> {
  await requireEmpty(folder);
  const partial = `${folder}.part`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(path.join(partial, 'files'), { recursive: true, mode: 0o700 });
  const write = (name: string, content: string | Buffer) =>
    writeFile(path.join(partial, name), content, { mode: 0o600 });
  try {
    const files = filesOf(input.data);
    for (const { attachmentId, path: name } of files)
      await write(name, (await readContent(client, attachmentId)) ?? Buffer.alloc(0));
    await write('data.json', `${JSON.stringify(jsonOf(input, files), null, 2)}\n`);
    await write('index.html', indexPage(input, files));
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function jsonOf({ shop, person, data, holdings, madeAt }: ExportInput, files: readonly ExportedFile[]) {
  return {
    shop,
    exported_at: madeAt.toISOString(),
    customer_id: person.identity.customerId,
    emails: person.identity.emails,
    tables: Object.fromEntries(data.tables),
    files: Object.fromEntries(files.map((file) => [file.attachmentId, file.path])),
    not_included: holdings ? { shop_tables: holdings } : {},
  };
}

/** The name of a file begins with its id, so that no name that a person chose hides another file or leaves the folder. */
function filesOf(data: PersonData): ExportedFile[] {
  return (data.tables.get('couture.chat_attachment') ?? []).map((row) => {
    const id = String(row.attachment_id);
    const name = plainText(String(row.name))
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '');
    return { attachmentId: id, path: `files/${id}-${name.slice(-80) || 'file'}` };
  });
}

async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw refused(folder, error.code === 'ENOTDIR' ? 'is a file' : `cannot be read: ${error.message}`);
  });
  if (entries.length > 0) throw refused(folder, 'is not empty');
}

function refused(folder: string, why: string): CoutureError {
  return new CoutureError(
    'bad_option',
    `The folder ${folder} ${why}`,
    'Choose another one with --to: an export never overwrites files.',
  );
}
