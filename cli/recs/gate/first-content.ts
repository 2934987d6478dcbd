// The gate of the first build: there are no published lists to compare its own with, so the shop's content is checked.
import type { Config } from '../../../runtime/core/options.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { inspectSource } from '../../../sql/source/source-views.ts';
import { buildSessionName } from '../../../sql/store/builds/build-lock.ts';
import { publishedBuild } from '../../../sql/store/builds/builds.ts';
import { contentFacts, requireContent } from '../../doctor/content/check-content.ts';

interface FirstBuild {
  readonly config: Config;
  readonly sourceUrl: string;
  readonly publish: boolean;
  readonly force: boolean;
}

/** @throws CoutureError `source_implausible` if nothing is published yet and the views contain implausible data */
export async function checkFirstContent(session: Client, build: FirstBuild): Promise<void> {
  const { config, sourceUrl, publish, force } = build;
  if (!publish || force || config.source || (await publishedBuild(session))) return;
  const source = await openClient(sourceUrl, { applicationName: buildSessionName() });
  try {
    // What the views lack is reported when they are read.
    const { problems } = await inspectSource(source);
    if (problems.length === 0) await requireContent(source, await contentFacts(source, config));
  } catch (error) {
    // A view that fails as its rows are read fails in the build, too, which says where.
    if (!/^[0-9A-Z]{5}$/.test((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await source.end();
  }
}
