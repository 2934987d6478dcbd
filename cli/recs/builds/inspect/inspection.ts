// Opens what inspecting lists needs: the build, couture's tables, the shop's views and the types of its ids.
import type { ListKind } from '../../../../runtime/core/options.ts';
import type { IdType } from '../../../../sql/id-types.ts';
import { type Client, openClient } from '../../../../sql/pool.ts';
import { requireSource } from '../../../../sql/source/source-views.ts';
import type { BuildRow } from '../../../../sql/store/builds/builds.ts';
import { chooseBuild, openBuilds } from '../chosen-build.ts';

/** Bestsellers are stored together with the trending lists. */
export type InspectedKind = ListKind | 'bestseller';

export interface Inspection {
  readonly client: Client;
  /** Connection to the shop's database; the same as `client` if it is the same database. */
  readonly source: Client;
  readonly build: BuildRow;
  readonly ids: { readonly product: IdType; readonly customer: IdType };
  /** Maximum number of entries in a list of this kind. */
  limit(kind: string): number;
  close(): Promise<void>;
}

export interface InspectionInput {
  readonly databaseUrl: string;
  readonly sourceUrl: string;
  /** Number of the build; undefined: the published one. */
  readonly build?: string | undefined;
  /** Entries per list; undefined: ten, and for a bundle the number that the shop shows. */
  readonly limit?: number | undefined;
}

const defaultLimit = 10;

/** @throws CoutureError `build_unknown`, `bad_option`, `source_missing`, `source_invalid` */
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
      // requireSource rejects views without ids.
      ids: { product: ids.product!, customer: ids.customer! },
      limit: (kind) =>
        input.limit ?? (kind === 'bundle' ? Number(build.config.bundleSize ?? 3) : defaultLimit),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
