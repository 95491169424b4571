import { describe, expect, test } from 'vitest';
import { recordRefOf } from '../../../src/shared/recordRef';

describe('a record that a browser names', () => {
  test.each([
    [
      { collection: 'orders', id: '7' },
      { collection: 'orders', id: '7' },
    ],
    [
      { collection: 'my_orders-2', id: 7, more: 'x' },
      { collection: 'my_orders-2', id: '7' },
    ],
    [
      { collection: 'orders', id: 'N 1/2' },
      { collection: 'orders', id: 'N 1/2' },
    ],
    [{ collection: 'orders.customer', id: '7' }, null],
    [{ collection: '../x', id: '7' }, null],
    [{ collection: 'x'.repeat(101), id: '7' }, null],
    [{ collection: 'orders', id: '' }, null],
    [{ collection: 'orders', id: 'x'.repeat(201) }, null],
    [{ collection: 'orders', id: { $ne: 1 } }, null],
    [{ collection: ['orders'], id: '7' }, null],
    [{ collection: 'orders' }, null],
    ['orders:7', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (value, ref) => expect(recordRefOf(value)).toEqual(ref));
});
