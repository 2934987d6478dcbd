// The REST side of the agents' console; a cookie identifies the agent.
import type {
  AgentState,
  ListedWireSession,
  ShopperPanel,
  WireNote,
  WireReply,
  WireTeam,
} from '../../runtime/contract/chat-console.ts';
import type { WireFilter } from '../../runtime/contract/chat-filter.ts';
import type { InviteRuleBody, WireInviteLifts, WireInviteRule } from '../../runtime/contract/chat-invite.ts';
import type { CountedLabel, WireLabel } from '../../runtime/contract/chat-label.ts';
import type { LaterTimes, WireScheduled } from '../../runtime/contract/chat-later.ts';
import type { WireAttachment } from '../../runtime/contract/chat-message.ts';
import type { WireSession } from '../../runtime/contract/chat-session.ts';
import type { ListedProduct, ProductCard } from '../../runtime/contract/product.ts';
import type { AnswerTopic, SuggestedReply } from '../../runtime/contract/shop-answer.ts';
import { ApiError } from '../api/api-error.ts';
import { type RequestOptions, request } from '../api/request.ts';
import { ChatApi } from '../chat/chat-api.ts';
import { newId } from '../state/new-id.ts';

export type ListName = 'queue' | 'mine' | 'snoozed' | 'all';
export interface ListPage {
  readonly sessions: readonly ListedWireSession[];
  readonly next: string | null;
}
export interface ListFilter {
  /** Words to search for. */
  readonly q?: string | undefined;
  /** Id of a label. */
  readonly label?: number | undefined;
  /** Id of a team. */
  readonly team?: string | undefined;
  /** `next` of the previous page. */
  readonly cursor?: string | undefined;
}
/** Results of a search, and what it was narrowed to. */
export interface FoundPage extends ListPage, ListFilter {}
export interface OtherAgent {
  readonly sub: string;
  readonly name: string | null;
  readonly online: boolean;
  readonly state: AgentState;
  readonly open_chats: number;
}
/** Where a chat is transferred to. */
export type TransferTarget = { readonly agent: string } | { readonly team: string };
/** Replies from the shop's data, and topics that only a signed-in shopper gets answers to. */
export interface Suggestions {
  readonly suggestions: readonly SuggestedReply[];
  readonly not_verified: readonly AnswerTopic[];
}
export type ChatStep = 'assign' | 'return' | 'resolve' | 'reopen' | 'close';

export class ConsoleApi {
  /** The routes that shoppers use, too. */
  readonly chats = new ChatApi();
  /** The reply that is being scheduled, until the answer has arrived. */
  #planning: { readonly about: string; readonly id: string } | undefined;

  list(list: ListName, { q, label, team, cursor }: ListFilter = {}): Promise<ListPage> {
    const query = new URLSearchParams({
      list,
      ...(q ? { q } : {}),
      ...(label === undefined ? {} : { label: String(label) }),
      ...(team === undefined ? {} : { team }),
      ...(cursor ? { cursor } : {}),
    });
    return ask(`/api/chat-sessions?${query}`);
  }

  step(id: string, step: ChatStep): Promise<WireSession> {
    return ask(`/api/chat-sessions/${id}/${step}`, { method: 'POST' });
  }

  transfer(id: string, to: TransferTarget, note: string): Promise<WireSession> {
    const body = { ...to, ...(note ? { note } : {}) };
    return ask(`/api/chat-sessions/${id}/transfer`, { method: 'POST', body });
  }

  async agents(): Promise<readonly OtherAgent[]> {
    return (await ask<{ agents: OtherAgent[] }>('/api/chat-agents')).agents;
  }

  async teams(): Promise<readonly WireTeam[]> {
    return (await ask<{ teams: WireTeam[] }>('/api/chat-teams')).teams;
  }

  /** Sets the agent's state; `visible` keeps a console open that has no socket. */
  me(body: { readonly state?: AgentState; readonly visible?: boolean }): Promise<{ state: AgentState }> {
    return ask('/api/chat-agents/me', { method: 'POST', body });
  }

  async notes(id: string): Promise<readonly WireNote[]> {
    return (await ask<{ notes: WireNote[] }>(`/api/chat-sessions/${id}/notes`)).notes;
  }

  addNote(id: string, body: string): Promise<WireNote> {
    return ask(`/api/chat-sessions/${id}/notes`, { method: 'POST', body: { body } });
  }

  shopper(id: string): Promise<ShopperPanel> {
    return ask(`/api/chat-sessions/${id}/shopper`);
  }

  suggestions(id: string): Promise<Suggestions> {
    return ask(`/api/chat-sessions/${id}/suggestions`);
  }

  async replies(): Promise<readonly WireReply[]> {
    return (await ask<{ replies: WireReply[] }>('/api/chat-replies')).replies;
  }

  writeReply(shortcut: string, body: string): Promise<WireReply> {
    return ask('/api/chat-replies', { method: 'POST', body: { shortcut, body } });
  }

  removeReply(id: number): Promise<void> {
    return ask(`/api/chat-replies/${id}`, { method: 'DELETE' });
  }

  async inviteRules(): Promise<readonly WireInviteRule[]> {
    return (await ask<{ rules: WireInviteRule[] }>('/api/chat-invite-rules')).rules;
  }

  /** Compares the orders of all invitations, which may take seconds. */
  inviteLifts(): Promise<WireInviteLifts> {
    return ask('/api/chat-invite-lifts');
  }

  createInvite(id: string, body: InviteRuleBody): Promise<WireInviteRule> {
    return ask('/api/chat-invite-rules', { method: 'POST', body: { id, ...body } });
  }

  changeInvite(id: string, body: InviteRuleBody): Promise<WireInviteRule> {
    return ask(`/api/chat-invite-rules/${id}`, { method: 'POST', body });
  }

  removeInvite(id: string): Promise<void> {
    return ask(`/api/chat-invite-rules/${id}`, { method: 'DELETE' });
  }

  async filters(): Promise<readonly WireFilter[]> {
    return (await ask<{ filters: WireFilter[] }>('/api/chat-filters')).filters;
  }

  saveFilter(body: {
    readonly name: string;
    readonly list: ListName;
    readonly team?: string | undefined;
    readonly label?: number | undefined;
    readonly search?: string | undefined;
  }): Promise<WireFilter> {
    return ask('/api/chat-filters', { method: 'POST', body });
  }

  removeFilter(id: number): Promise<void> {
    return ask(`/api/chat-filters/${id}`, { method: 'DELETE' });
  }

  laterTimes(): Promise<LaterTimes> {
    return ask('/api/chat-console/times');
  }

  /** @param until null: takes the chat back */
  snooze(id: string, until: Date | null): Promise<WireSession> {
    return ask(`/api/chat-sessions/${id}/snooze`, { method: 'POST', body: { until } });
  }

  async scheduled(id: string): Promise<readonly WireScheduled[]> {
    return (await ask<{ replies: WireScheduled[] }>(`/api/chat-sessions/${id}/scheduled`)).replies;
  }

  /** Repeated after an answer was lost, a reply is planned once: for the time that was chosen last. */
  async schedule(id: string, body: string, send_at: Date): Promise<WireScheduled> {
    const about = `${id} ${body}`;
    if (this.#planning?.about !== about) this.#planning = { about, id: newId() };
    const { id: client_message_id } = this.#planning;
    const options = { method: 'POST', body: { client_message_id, body, send_at } } as const;
    try {
      const planned = await ask<WireScheduled>(`/api/chat-sessions/${id}/scheduled`, options);
      this.#planning = undefined;
      const isSame = Date.parse(planned.send_at) === send_at.getTime();
      return isSame ? planned : await this.reschedule(id, planned.id, body, send_at);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) this.#planning = undefined;
      throw error;
    }
  }

  reschedule(id: string, reply: string, body: string, send_at: Date): Promise<WireScheduled> {
    return ask(`/api/chat-sessions/${id}/scheduled/${reply}`, { method: 'POST', body: { body, send_at } });
  }

  unschedule(id: string, reply: string): Promise<void> {
    return ask(`/api/chat-sessions/${id}/scheduled/${reply}`, { method: 'DELETE' });
  }

  async labels(): Promise<readonly CountedLabel[]> {
    return (await ask<{ labels: CountedLabel[] }>('/api/chat-labels')).labels;
  }

  /** Both answer with the labels that the chat has then. */
  async addLabel(id: string, name: string): Promise<readonly WireLabel[]> {
    const options = { method: 'POST', body: { name } } as const;
    return (await ask<{ labels: WireLabel[] }>(`/api/chat-sessions/${id}/labels`, options)).labels;
  }

  async removeLabel(id: string, label: number): Promise<readonly WireLabel[]> {
    const options = { method: 'DELETE' } as const;
    return (await ask<{ labels: WireLabel[] }>(`/api/chat-sessions/${id}/labels/${label}`, options)).labels;
  }

  upload(id: string, file: File): Promise<WireAttachment> {
    return this.chats.upload(id, file);
  }

  async findProducts(q: string): Promise<readonly (ProductCard | ListedProduct)[]> {
    const query = new URLSearchParams({ q, limit: '8' });
    return (await ask<{ products: ProductCard[] }>(`/api/products?${query}`)).products;
  }
}

async function ask<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await request<T>('', path, options)).body;
}
