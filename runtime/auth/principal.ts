// Who is asking, as a verified token says it; nothing here ever comes from a body.

export const roles = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Principal {
  /** The token's subject. */
  readonly sub: string;
  /** The subject where it can be the id of one of the shop's customers, as Postgres writes it. */
  readonly customerId: string | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly roles: readonly Role[];
  readonly via: 'bearer' | 'cookie';
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Admins may what staff may. */
export function hasRole(principal: Principal, role: Role): boolean {
  return principal.roles.includes(role) || (role === 'staff' && principal.roles.includes('admin'));
}
