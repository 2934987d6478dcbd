// The routes for labels on chats: any agent adds and removes them, as with notes.
import {
  addLabel,
  type LabelRow,
  maxLabels,
  maxLabelsOfChat,
  readLabels,
  removeLabel,
} from '../../../sql/store/chat/labels.ts';
import { chatLabelRoutes as routes } from '../../contract/chat-label.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Bind } from '../../handler.ts';
import { wireLabel } from '../delivery/wire-sessions.ts';
import { unknownChat } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';

export function labelRoutes(bind: Bind, { pool, onMoved }: Pick<RouteParts, 'pool' | 'onMoved'>): void {
  bind(routes.list, async () => ({
    labels: (await readLabels(pool)).map((row) => ({ ...wireLabel(row), chats: row.chats })),
  }));
  bind(routes.add, async ({ params, body }) => {
    const labelled = await addLabel(pool, params.id, body.name);
    switch (labelled.outcome) {
      case 'labelled':
        return moved(params.id, labelled.labels);
      case 'unknown_chat':
        throw unknownChat(params.id);
      case 'too_many_on_chat':
        throw new CoutureError(
          'limit_reached',
          `The chat has ${maxLabelsOfChat} labels already`,
          'Remove one of them first.',
        );
      case 'too_many_in_shop':
        throw new CoutureError(
          'limit_reached',
          `There are ${maxLabels} labels already`,
          'Use one of them: a label is removed with its last use.',
        );
    }
  });
  bind(routes.remove, async ({ params }) => {
    const labels = await removeLabel(pool, params.id, Number(params.label));
    if (!labels) throw unknownChat(params.id);
    return moved(params.id, labels);
  });

  function moved(sessionId: string, labels: readonly LabelRow[]) {
    onMoved({ session_id: sessionId, last_seq: 0 });
    return { labels: labels.map(wireLabel) };
  }
}
