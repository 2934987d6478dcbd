// Statuses as platforms write them, and the stages that they stand for.
import { assert, suite } from '../../fixtures/suite.ts';
import { orderStage } from './order-stage.ts';

const test = suite('stages of orders');

test('statuses of platforms are known in any spelling', () => {
  const known = {
    PartiallyShipped: 'partly_shipped',
    in_transit: 'shipped',
    'Out For Delivery': 'out_for_delivery',
    'ready-for-pickup': 'ready',
    Zugestellt: 'delivered',
    canceled: 'cancelled',
    'canceled, payment refunded': 'refunded',
    'processing, payment refunded': 'refunded',
  };
  for (const [status, stage] of Object.entries(known)) assert.is(orderStage(status), stage, status);
});

test('what may mean two things is not taken for the better one', () => {
  // A shipment of Spree that is ready waits to be sent; "received" may be said of the order.
  assert.is(orderStage('ready'), 'processing');
  assert.is(orderStage('received'), null);
  assert.is(orderStage('new, payment paid'), null);
  assert.is(orderStage(null), null);
});
