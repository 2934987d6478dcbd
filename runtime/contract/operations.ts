// The monitoring routes: liveness, readiness, metrics.
import { z } from 'zod';
import { route } from './route.ts';

const readiness = z.object({
  /** `degraded`: a view of the shop is missing, so the runtime serves cached data, or Postgres accepts no writes. */
  status: z.enum(['ready', 'degraded', 'not ready']),
  /** What is missing, in plain text. */
  reasons: z.array(z.string()),
  database: z.boolean(),
  /** The published build. */
  build_id: z.number().int().nullable(),
  /** Seconds since the build was published. */
  build_age_seconds: z.number().int().nullable(),
});

export const operationRoutes = {
  health: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Check that the process is alive',
    tag: 'operations',
    access: 'public',
    answers: { 200: z.object({ status: z.literal('ok') }) },
  }),
  ready: route({
    method: 'GET',
    path: '/readyz',
    summary:
      'Check that the process is ready: Postgres answers, a build is published and the views of the shop exist',
    tag: 'operations',
    access: 'public',
    answers: { 200: readiness, 503: readiness },
  }),
  metrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Read Prometheus metrics, with the metrics token',
    tag: 'operations',
    access: 'public',
    answers: { 200: z.string() },
    answerType: 'text/plain; version=0.0.4; charset=utf-8',
    problems: [404],
  }),
};
