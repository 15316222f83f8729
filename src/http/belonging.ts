/** What the thing of an address belongs to, for the conditions of the table of permissions. */
import { blockRegister } from '../../projections/blocks.js';
import { breakRegister } from '../../projections/breaks.js';
import { caseRegister } from '../../projections/accountability/case.js';
import { affairsOf, isOfAffairs } from '../../projections/accountability/involved.js';
import { leadRegister } from '../../projections/accountability/lead.js';
import { conductRegister } from '../../projections/accountability/registers.js';
import { itemRegister } from '../../projections/catalogue.js';
import { feeRegister } from '../../projections/fees.js';
import { findingRegister } from '../../projections/findings.js';
import { matterRegister } from '../../projections/matters.js';
import { receiptRegister } from '../../projections/receipts.js';
import { periodRegister } from '../../projections/reconciliation.js';
import { refundRegister } from '../../projections/refunds.js';
import type { Belonging } from '../kernel/permissions.js';
import type { Look } from '../identity/holder.js';

type Barred = Readonly<{ parties?: readonly string[]; barred: readonly string[]; absent?: true }>;
type Registers = Readonly<{ look: Look; unitsOf: (person: string) => Promise<readonly string[]> }>;
type Of = (
  look: Look,
  id: string,
  action: string,
  unitsOf: Registers['unitsOf'],
) => Promise<readonly string[] | Barred | null>;
const named = (names: readonly (string | null | undefined)[]) => names.filter((name) => name != null);

/** Whoever has had to do with it, and the units that its item is or was of. */
const matter: Of = async (look, id) => {
  const state = await look(matterRegister, id);
  if (state.status === 'none' && state.parties.length === 0) return null;
  if (state.itemCode === null) return state.parties;
  const item = await look(itemRegister, state.itemCode);
  return [...state.parties, ...item.versions.map(({ department }) => department)];
};
/** The accused of an affair and their units; of one that bears the name of a finding, also the unit that it was found of. */
async function barredFrom(look: Look, affair: string): Promise<readonly string[]> {
  const [{ accused, orgs }, { subjects }, { found }] = await Promise.all([
    look(leadRegister, affair),
    look(caseRegister, affair),
    look(findingRegister, affair),
  ]);
  return [...accused.map(({ person }) => person), ...orgs, ...subjects, ...named([found?.about.org])];
}
const finding: Of = async (look, id) => {
  const { status, found } = await look(findingRegister, id);
  if (status === 'none' || found === null) return { barred: [], absent: true };
  const { rule, subject, details, about } = found;
  const parties = named([about.org, about.centre]);
  if (!isOfAffairs(rule)) return parties;
  const affairs = affairsOf(rule, subject, details);
  return { parties, barred: (await Promise.all(affairs.map((affair) => barredFrom(look, affair)))).flat() };
};
const fee: Of = async (look, id) => {
  const { status, parties } = await look(feeRegister, id);
  return status === 'none' ? null : parties;
};
const receipt: Of = async (look, id) => {
  const { status, parties } = await look(receiptRegister, id);
  return status === 'none' ? null : parties;
};
const block: Of = async (look, id) => {
  const { block: known } = await look(blockRegister, id);
  return known === null ? null : named([known.org]);
};
const refund: Of = async (look, id) => {
  const { status, parties } = await look(refundRegister, id);
  return status === 'none' ? null : parties;
};
const moneyBreak: Of = async (look, id) => {
  const { status, found } = await look(breakRegister, id);
  return status === 'none' ? null : named([found?.org]);
};
const period: Of = async (look, id) => {
  const { status, org } = await look(periodRegister, id);
  return status === 'none' ? null : named([org]);
};
/** How an affair begins. That its name is taken says nothing of whom it is about. */
const BEGINS = new Set(['lead.RegisterLead', 'lead.ProposeNoLead']);
const affair: Of = async (look, id, action, unitsOf) => {
  // Of which unit a finding is, the guard says; one about an affair is there for nobody whom that is about.
  if (BEGINS.has(action)) {
    const of = await finding(look, id, action, unitsOf);
    return { barred: of !== null && 'barred' in of ? of.barred : [] };
  }
  const [lead, of] = await Promise.all([look(leadRegister, id), look(caseRegister, id)]);
  // To whom it is nothing, it is as if there were none.
  const absent = lead.status === 'none' && of.status === 'none';
  return { barred: await barredFrom(look, id), ...(absent && { absent }) };
};
const conduct: Of = async (look, id) => {
  const { case: of } = await look(conductRegister, id);
  return of === null ? null : { barred: await barredFrom(look, of) };
};
/** Whoever's unit had to do with a matter does not read who may have been responsible, whether or not it is suggested of him. */
const suggestions: Of = async (look, id, _, unitsOf) => {
  const parties = await matter(look, id, '', unitsOf);
  return parties === null ? null : { barred: parties as readonly string[] };
};
/** What holds a person's data tells of an affair: neither he nor his unit learns of it; of an erasure, not he himself. */
const erasure: Of = async (_, id, action, unitsOf) => {
  const ofItself = action === 'erasure.RequestErasure' || action === 'erasure.ApproveErasure';
  return { barred: [id, ...(ofItself ? [] : await unitsOf(id))] };
};
/** Another centre's day is nobody's to know of. */
const centre: Of = async (_, id) => [id];
const unit: Of = async (_, id) => [id];

/** By the first part of an action, with the parameter of the address that names the thing. */
const KINDS: Readonly<Record<string, readonly [parameter: string, of: Of]>> = {
  matter: ['id', matter],
  matters: ['id', matter],
  finding: ['id', finding],
  findings: ['id', finding],
  exemptions: ['org', unit],
  fee: ['id', fee],
  receipt: ['id', receipt],
  block: ['id', block],
  refund: ['id', refund],
  break: ['id', moneyBreak],
  reconciliation: ['id', period],
  remittance: ['centre', centre],
  accountability: ['id', affair],
  lead: ['id', affair],
  case: ['id', affair],
  review: ['id', affair],
  recusal: ['id', affair],
  document: ['id', affair],
  conduct: ['conduct', conduct],
  attribution: ['id', suggestions],
  reporter: ['id', centre],
  erasure: ['id', erasure],
};

/** Null: no thing in particular, or one that is not there yet. */
export async function belongingOf(
  { look, unitsOf }: Registers,
  action: string,
  parameters: Readonly<Record<string, string | undefined>>,
): Promise<Belonging | null> {
  const [kind = ''] = action.split('.');
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  const id = known && parameters[known[0]];
  if (!known || id === undefined || !/^[\w.-]{1,100}$/.test(id)) return null;
  const found = await known[1](look, id, action, unitsOf);
  if (!found) return null;
  const whose = 'barred' in found ? { parties: [], ...found } : { parties: found };
  return { thing: `${kind.replace(/s$/, '')}/${id}`, ...whose, ...(known[1] === unit && { known: true as const }) };
}
