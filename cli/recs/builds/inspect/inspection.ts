// What looking at lists needs: the build, couture's tables, the shop's views, and the type of its ids.
import type { ListKind } from '../../../../runtime/core/options.ts';
import type { IdType } from '../../../../sql/id-types.ts';
import { type Client, openClient } from '../../../../sql/pool.ts';
import { requireSource } from '../../../../sql/source/source-views.ts';
import type { BuildRow } from '../../../../sql/store/builds/builds.ts';
import { chooseBuild, openBuilds } from '../chosen-build.ts';

/** Bestsellers are kept beside the trending lists. */
export type InspectedKind = ListKind | 'bestseller';

export interface Inspection {
  readonly client: Client;
  /** Where the shop is read; the same connection where it is the same database. */
  readonly source: Client;
  readonly build: BuildRow;
  readonly ids: { readonly product: IdType; readonly customer: IdType };
  /** Entries of a list, at most. */
  limit(kind: string): number;
  close(): Promise<void>;
}

export interface InspectionInput {
  readonly databaseUrl: string;
  readonly sourceUrl: string;
  /** Number of the build; undefined: the published one. */
  readonly build?: string | undefined;
  /** Entries a list; undefined: ten, and of a bundle as many as a shop shows. */
  readonly limit?: number | undefined;
}

const usualLimit = 10;

/** @throws CoutureError `build_unknown`, `bad_option`; Fault `source_missing`, `source_invalid` */
export async function openInspection(input: InspectionInput): Promise<Inspection> {
  const clients: Client[] = [];
  const close = async () => {
    for (const client of clients.splice(0)) await client.end();
  };
  try {
    const client = await openBuilds(input.databaseUrl);
    clients.push(client);
    const build = await chooseBuild(client, input.build);
    const source = input.sourceUrl === input.databaseUrl ? client : await openClient(input.sourceUrl);
    if (source !== client) clients.push(source);
    const { ids } = await requireSource(source);
    return {
      client,
      source,
      build,
      // requireSource has refused views without ids.
      ids: { product: ids.product!, customer: ids.customer! },
      limit: (kind) => input.limit ?? (kind === 'bundle' ? Number(build.config.bundleSize ?? 3) : usualLimit),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An id as JSON: a number where the shop's ids are bigint, unless JavaScript would round it; else a string. */
export type JsonId = number | string;

export function jsonId(type: IdType, id: string): JsonId {
  return type === 'bigint' && Number.isSafeInteger(Number(id)) ? Number(id) : id;
}
