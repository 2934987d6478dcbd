// Histories → the rows of all kinds of customers' lists, in one pass.
import type { Config } from '../../../runtime/core/options.ts';
import type { Histories } from '../cooccurrence/baskets.ts';
import type { PersonalSettings } from '../models/model-settings.ts';
import { type BuyAgainInput, BuyAgainLists } from './buy-again-rows.ts';
import { type CustomerRows, type PersonalizedInput, Personalizer } from './personalized.ts';

/** Kinds of lists that are undefined are not made. */
export interface CustomerListsInput {
  readonly personalized: PersonalizedInput | undefined;
  readonly buyAgain: BuyAgainInput | undefined;
}

export interface CustomerListRows {
  readonly personalized: CustomerRows | undefined;
  readonly buyAgain: CustomerRows | undefined;
}

/** Returns the function that makes the lists of all customers in the histories. One per thread. */
export function openCustomerLists(input: CustomerListsInput): (histories: Histories) => CustomerListRows {
  const personalizer = input.personalized && new Personalizer(input.personalized);
  const buyAgainLists = input.buyAgain && new BuyAgainLists(input.buyAgain);
  return (histories) => ({
    personalized: personalizer?.rows(histories),
    buyAgain: buyAgainLists?.rows(histories),
  });
}

/** Whether the settings ask for any of them. */
export function listsCustomers({ kinds }: Pick<Config, 'kinds'>): boolean {
  return kinds.includes('personalized') || kinds.includes('buy_again');
}

/** Whether any of them needs to know how often a customer bought a product, and when. */
export function usesRepurchases(
  { kinds, repurchase }: Pick<Config, 'kinds' | 'repurchase'>,
  model: PersonalSettings,
): boolean {
  return repurchase !== 'never' && (kinds.includes('buy_again') || model.repeat !== undefined);
}
