// The filters that the agent has saved, and the one that the lists show.
import type { WireFilter } from '../../runtime/contract/chat-filter.ts';
import { Store } from '../state/store.ts';
import type { Inbox } from './inbox.ts';

export class SavedFilters extends Store {
  filters: readonly WireFilter[] = [];
  readonly #inbox: Inbox;

  constructor(inbox: Inbox) {
    super();
    this.#inbox = inbox;
    void this.load();
  }

  async load(): Promise<void> {
    this.filters = await this.#inbox.api.filters().catch(() => this.filters);
    this.changed();
  }

  /** Whether the lists are narrowed at all. */
  get isFiltered(): boolean {
    const { team, label, words } = this.#inbox;
    return team !== undefined || label !== undefined || words !== '';
  }

  /** Whether the lists show this filter now. */
  isShown({ list, team, label, search }: WireFilter): boolean {
    const shown = this.#inbox;
    return (
      shown.words === (search ?? '') &&
      (search !== null || shown.list === list) &&
      (shown.team ?? null) === team &&
      (shown.label ?? null) === label
    );
  }

  async apply({ list, team, label, search }: WireFilter): Promise<void> {
    const inbox = this.#inbox;
    inbox.show(list);
    inbox.words = search ?? '';
    await inbox.narrow(team ?? undefined, label ?? undefined);
  }

  /** Saves what the lists show. @returns whether it succeeded */
  save(name: string): Promise<boolean> {
    const { list, team, label, words } = this.#inbox;
    const search = words === '' ? undefined : words;
    return this.#inbox.attempt(async () => {
      await this.#inbox.api.saveFilter({ name, list, team, label, search });
      await this.load();
    });
  }

  remove(id: number): Promise<boolean> {
    return this.#inbox.attempt(async () => {
      await this.#inbox.api.removeFilter(id);
      await this.load();
    });
  }
}
