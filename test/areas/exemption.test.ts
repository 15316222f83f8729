import { describe, test } from '@jest/globals';
import type { ExemptionEvent } from '../../projections/events/exemptions.js';
import { exemption } from '../../src/areas/catalogue/exemption.js';
import { given } from '../given.js';

const scope = { items: ['A-1'], places: null, channels: null };
const applied: ExemptionEvent = { type: 'ExemptionApplied', data: { exemption: 'H-1', scope, reason: '设备不能搬迁' } };
const approval = {
  exemption: 'H-1',
  scope,
  approver: { name: '市政府', level: 'government' as const },
  decidedOn: '2024-01-10',
  document: '市政发1号',
  obligations: [],
  from: '2024-01-10',
  to: '2024-07-01',
};
const approve = (more: object = {}) => ({ type: 'ApproveExemption', data: { ...approval, ...more } });
const approved: ExemptionEvent = { type: 'ExemptionApproved', data: approval };

describe('an exemption', () => {
  test('is applied for, then approved', () => {
    given(exemption).when({ type: 'ApplyForExemption', data: applied.data }).then(applied);
    given(exemption, applied)
      .when({ type: 'ApplyForExemption', data: applied.data })
      .thenRefused(['exemption-exists', 'e0']);
    given(exemption).when(approve()).thenRefused(['exemption-not-applied-for']);
    given(exemption, applied).when(approve()).then(approved);
    given(exemption, applied, approved).when(approve()).thenRefused(['exemption-not-applied-for', 'e1']);
  });
  test.each([
    ['exemption-approver', { approver: { name: '某局', level: 'unit' } }],
    ['exemption-document-missing', { document: undefined }],
    ['exemption-without-end', { to: undefined }],
    ['exemption-without-end', { to: '2024-01-10' }],
    ['exemption-backdated', { from: '2024-01-09' }],
  ])('is not approved: %s', (code, more) => {
    given(exemption, applied).when(approve(more)).thenRefused([code]);
    given(exemption, applied).when(approve(more), {}, 'report').thenMarked([code]);
  });
  test('is revoked while it is in force', () => {
    const revoke = {
      type: 'RevokeExemption',
      data: { exemption: 'H-1', from: '2024-03-01', document: '市政发9号', reason: '条件已具备' },
    };
    given(exemption, applied).when(revoke).thenRefused(['exemption-not-approved', 'e0']);
    given(exemption, applied, approved).when(revoke).thenMatches({ type: 'ExemptionRevoked' });
  });
});
