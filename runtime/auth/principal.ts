// The sender of a request, as a verified token identifies it. Nothing in it comes from a request body.

export const roles = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Principal {
  /** The token's subject. */
  readonly sub: string;
  /** The subject as Postgres writes it, if it is a valid customer id of the shop. */
  readonly customerId: string | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly roles: readonly Role[];
  readonly via: 'bearer' | 'cookie';
  /** Until when the token counts, in milliseconds since 1970: its `exp`, and the tolerance for clocks that differ. */
  readonly expiresAt: number;
  /** Identifies the token, which stops working when its owner signs out. */
  readonly tokenHash?: string | undefined;
}

/** Whether the principal has the role; admins also count as staff. */
export function hasRole(principal: Principal, role: Role): boolean {
  return principal.roles.includes(role) || (role === 'staff' && principal.roles.includes('admin'));
}
