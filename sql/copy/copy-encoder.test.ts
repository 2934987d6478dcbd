// How the encoder's buffer grows. What it writes is tested by copy-writer.db.test.ts and copy-decoder.test.ts.
import { assert, suite } from '../../fixtures/suite.ts';
import { CopyEncoder } from './copy-encoder.ts';

const test = suite('COPY encoder');

test('many rows taken at once are copied a few times, not once per row', () => {
  const [rows, flushAt] = [20_000, 1 << 14];
  const encoder = new CopyEncoder(flushAt);
  const allocated: number[] = [];
  const original = Buffer.allocUnsafeSlow;
  Buffer.allocUnsafeSlow = (size) => {
    allocated.push(size);
    return original(size);
  };
  try {
    for (let row = 0; row < rows; row++) {
      encoder.row(1);
      encoder.int4Array(new Int32Array(50));
    }
  } finally {
    Buffer.allocUnsafeSlow = original;
  }
  assert.is(encoder.take().length, rows * (2 + 4 + 20 + 50 * 8));
  assert.ok(allocated.length < 20, `${allocated.length} buffers`);
});
