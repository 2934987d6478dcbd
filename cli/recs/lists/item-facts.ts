// The facts about items that list rules use, in shared memory, by item index.

export interface ItemFacts {
  readonly items: number;
  readonly category: Int32Array;
  readonly categories: number;
  readonly price: Float64Array;
  readonly rating: Float32Array;
  readonly featured: Uint8Array;
}
