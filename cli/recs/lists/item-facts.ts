// What the list rules know about items, in shared memory.

export interface ItemFacts {
  readonly items: number;
  readonly category: Int32Array;
  readonly categories: number;
  readonly price: Float64Array;
  readonly rating: Float32Array;
  readonly featured: Uint8Array;
}
