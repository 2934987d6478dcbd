// Orders and revenue of each visitor of an arm → the arm's figures, and its effects against another arm.
import { addUnit, noUnits, type RatioEffect, ratioEffect } from './ratio-effect.ts';

export interface ArmFigures {
  readonly visitors: number;
  readonly buyers: number;
  readonly orders: number;
  readonly revenue: number;
}

export interface Effects {
  readonly conversion: RatioEffect;
  readonly order_value: RatioEffect;
  readonly revenue_per_visitor: RatioEffect;
}

export class ArmSums {
  #figures: ArmFigures = { visitors: 0, buyers: 0, orders: 0, revenue: 0 };
  readonly #conversion = noUnits();
  readonly #orderValue = noUnits();
  readonly #revenue = noUnits();

  /** Adds a visitor with the number of their orders and what they paid for all of them. */
  add(orders: number, revenue: number): void {
    const buys = orders > 0 ? 1 : 0;
    const { visitors, buyers, orders: before, revenue: earned } = this.#figures;
    this.#figures = {
      visitors: visitors + 1,
      buyers: buyers + buys,
      orders: before + orders,
      revenue: earned + revenue,
    };
    addUnit(this.#conversion, buys, 1);
    addUnit(this.#orderValue, revenue, orders);
    addUnit(this.#revenue, revenue, 1);
  }

  get figures(): ArmFigures {
    return { ...this.#figures, revenue: exactSum(this.#figures.revenue) };
  }

  /** @param detect minimum detectable effect (relative), for the sample size */
  effectsAgainst(control: ArmSums, detect: number): Effects {
    return {
      conversion: ratioEffect(this.#conversion, control.#conversion, detect),
      order_value: ratioEffect(this.#orderValue, control.#orderValue, detect),
      revenue_per_visitor: ratioEffect(this.#revenue, control.#revenue, detect),
    };
  }
}

/** A sum of amounts without the noise of binary fractions; no currency has more than four decimals. */
export function exactSum(amount: number): number {
  return Math.round(amount * 1e4) / 1e4;
}
