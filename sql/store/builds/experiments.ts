// couture.experiment: a share of the visitors sees another build than the published one.
import type { Queryable } from '../../pool.ts';

export interface Experiment {
  readonly experiment_id: number;
  readonly name: string;
  readonly build_id: number;
  /** Share of the visitors who see this build. */
  readonly share: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

const columns = 'experiment_id, name, build_id, share, started_at, ended_at';

export async function runningExperiment(client: Queryable): Promise<Experiment | undefined> {
  const { rows } = await client.query<Experiment>(
    `select ${columns} from couture.experiment where ended_at is null`,
  );
  return rows[0];
}

export async function latestExperiment(client: Queryable): Promise<Experiment | undefined> {
  const { rows } = await client.query<Experiment>(
    `select ${columns} from couture.experiment order by experiment_id desc limit 1`,
  );
  return rows[0];
}

export async function startExperiment(
  client: Queryable,
  name: string,
  buildId: number,
  share: number,
): Promise<Experiment> {
  const { rows } = await client.query<Experiment>(
    `insert into couture.experiment (name, build_id, share) values ($1, $2, $3) returning ${columns}`,
    [name, buildId, share],
  );
  return rows[0]!;
}

/** Ends the running experiment: all visitors see the published build again. */
export async function stopExperiment(client: Queryable): Promise<Experiment | undefined> {
  const { rows } = await client.query<Experiment>(
    `update couture.experiment set ended_at = now() where ended_at is null returning ${columns}`,
  );
  return rows[0];
}
