// JSON on pages whose library gives arrays or objects a `toJSON` (Prototype.js, MooTools): JSON.stringify would call it, and
// the runtime would receive a text instead of an array.

/** As JSON.stringify without indentation. */
export function toJson(value: unknown): string {
  const patched = [Array.prototype, Object.prototype]
    .map((prototype) => ({ prototype, own: Object.getOwnPropertyDescriptor(prototype, 'toJSON') }))
    .filter(({ own }) => own?.configurable);
  for (const { prototype } of patched) Reflect.deleteProperty(prototype, 'toJSON');
  try {
    return JSON.stringify(value);
  } finally {
    for (const { prototype, own } of patched) Object.defineProperty(prototype, 'toJSON', own!);
  }
}
