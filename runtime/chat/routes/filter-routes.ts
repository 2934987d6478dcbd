// The routes for saved filters: an agent's own, by the subject of their token.
import {
  type FilterRow,
  maxFilters,
  readFilters,
  removeFilter,
  saveFilter,
} from '../../../sql/store/chat/filters.ts';
import { chatFilterRoutes as routes, type WireFilter } from '../../contract/chat-filter.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Bind } from '../../handler.ts';
import type { RouteParts } from './route-parts.ts';

export function filterRoutes(bind: Bind, { pool }: Pick<RouteParts, 'pool'>): void {
  bind(routes.list, async ({ principal }) => ({
    filters: (await readFilters(pool, principal.sub)).map(wireFilter),
  }));
  bind(routes.save, async ({ body, principal }) => {
    const { name, list, team = null, label = null, search = null } = body;
    const filter = { name, list, team_id: team, label_id: label, search };
    const saved = await saveFilter(pool, principal.sub, filter).catch((error) => {
      if (error.code !== '23503') throw error;
      throw new CoutureError(
        'bad_request',
        `No team ${JSON.stringify(team)} or no label ${label}`,
        'GET /api/chat-teams and /api/chat-labels list them.',
      );
    });
    if (saved) return wireFilter(saved);
    throw new CoutureError(
      'limit_reached',
      `You have ${maxFilters} filters already`,
      'Remove one of them first.',
    );
  });
  bind(routes.remove, async ({ params, principal }) => {
    if (!(await removeFilter(pool, principal.sub, Number(params.id))))
      throw new CoutureError('not_found', `No filter ${params.id} of yours`);
  });
}

function wireFilter({ filter_id, name, list, team_id, label_id, search }: FilterRow): WireFilter {
  return { id: filter_id, name, list, team: team_id, label: label_id, search };
}
