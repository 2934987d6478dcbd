// What watches the runtime: is it alive, can it serve, how does it do.
import { z } from 'zod';
import { route } from './route.ts';

const readiness = z.object({
  /** `degraded`: it serves, from what it read before, since a view of the shop is missing. */
  status: z.enum(['ready', 'degraded', 'not ready']),
  /** What is missing, in words. */
  reasons: z.array(z.string()),
  database: z.boolean(),
  /** The build that is served. */
  build_id: z.number().int().nullable(),
  /** Seconds since it was published. */
  build_age_seconds: z.number().int().nullable(),
});

export const operationRoutes = {
  health: route({
    method: 'GET',
    path: '/healthz',
    summary: 'The process is alive',
    tag: 'operations',
    access: 'public',
    answers: { 200: z.object({ status: z.literal('ok') }) },
  }),
  ready: route({
    method: 'GET',
    path: '/readyz',
    summary: 'The process can serve: Postgres answers, a build is published, the views of the shop are there',
    tag: 'operations',
    access: 'public',
    answers: { 200: readiness, 503: readiness },
  }),
  metrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics; for this machine, or with the metrics token',
    tag: 'operations',
    access: 'public',
    answers: { 200: z.string() },
    answerType: 'text/plain; version=0.0.4; charset=utf-8',
    problems: [404],
  }),
};
