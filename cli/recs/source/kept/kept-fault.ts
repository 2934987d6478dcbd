// Why the kept order lines cannot be used: the build then reads all orders and says so.

/** Its message completes the sentence "Reading all orders, because …". */
export class KeptFault extends Error {}
