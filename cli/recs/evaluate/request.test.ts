import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { requestedModel } from './request.ts';

const test = suite('evaluate: the model that the flags name');

const { config, origins } = loadConfig({ env: {}, flags: {} });
const requested = (flags: Record<string, unknown>) =>
  requestedModel(flags, 'personalized', 'order', config, origins);

test('flags of a similarity are refused without one, instead of measuring the current settings', async () => {
  for (const [name, value] of Object.entries({
    weighting: 'tfidf',
    shrink: '10',
    neighbours: '20',
    rowDamping: '0.5',
    normalise: true,
  })) {
    await rejects(() => requested({ [name]: value }), /--similarity/);
    await rejects(() => requested({ config: 'tuned.json', [name]: value }), /--similarity/);
    assert.ok(requested({ similarity: 'cosine', [name]: value }));
  }
  assert.is(requested({}), undefined);
});
