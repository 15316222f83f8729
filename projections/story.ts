/** What rules need to know of a matter beyond where it stands: who applied, what was told, decided, closed and begun again. */
import type { ClosureKind, MatterEvent, Outcome, Relation } from './events/matters.js';
import { dayOf, happenedOn } from './kernel/instant.js';
import type { Recorded } from './kernel/message.js';

type At<T = {}> = Readonly<{ event: string; on: string }> & T;

export interface Story {
  /** Person key of the applicant. */
  readonly applicant: string | null;
  /** What was applied for, where it was said. */
  readonly subjectKey: string | null;
  readonly received: At | null;
  /** Notices of gaps, with the gaps told, and what was handed in after them. */
  readonly notices: readonly At<{ told: readonly string[] }>[];
  readonly submitted: readonly At<{ after: number; codes: readonly string[] }>[];
  readonly accepted: At<{ registeredOn: string; hasStatutory: boolean; hasPromised: boolean }> | null;
  readonly refused: At | null;
  /** `reopened`: how often the matter had been reopened before. */
  readonly decisions: readonly At<{ outcome: Outcome; reopened: number }>[];
  readonly certificates: readonly At<{ validFrom: string | null; sealed: boolean }>[];
  readonly delivered: At | null;
  readonly withdrawn: At | null;
  readonly closures: readonly At<{ kind: ClosureKind }>[];
  readonly reopenings: readonly At[];
  /** Steps as they began and ended, the latest of each. */
  readonly steps: Readonly<Record<string, At<{ end: string | null }>>>;
  readonly links: readonly At<{ relation: Relation; to: string }>[];
}
export const NO_STORY: Story = {
  applicant: null,
  subjectKey: null,
  received: null,
  notices: [],
  submitted: [],
  accepted: null,
  refused: null,
  decisions: [],
  certificates: [],
  delivered: null,
  withdrawn: null,
  closures: [],
  reopenings: [],
  steps: {},
  links: [],
};

/** The day that the ledger, or the system that reports, was told; where that system does not say, the ledger's. */
export const registeredOn = ({ source, recordedAt }: Pick<Recorded, 'source' | 'recordedAt'>): string =>
  dayOf(source?.registeredAt ?? recordedAt);

/** Days are those of the instants in China, whatever offset a source wrote. */
export function storyOf(story: Story, event: Recorded<MatterEvent>): Story {
  const at = { event: event.id, on: happenedOn(event) };
  switch (event.type) {
    case 'MaterialsReceived':
      return {
        ...story,
        applicant: event.data.applicant?.personId ?? story.applicant,
        subjectKey: event.data.subjectKey ?? story.subjectKey,
        received: story.received ?? at,
      };
    case 'CorrectionRequested':
      return { ...story, notices: [...story.notices, { ...at, told: event.data.gaps.map(({ code }) => code) }] };
    case 'CorrectionSubmitted': {
      const codes = event.data.materials.map(({ code }) => code);
      return { ...story, submitted: [...story.submitted, { ...at, after: story.notices.length, codes }] };
    }
    case 'MatterAccepted': {
      if (story.accepted) return story;
      const { statutory, promised, on } = event.data;
      const accepted = {
        ...at,
        on,
        registeredOn: registeredOn(event),
        hasStatutory: statutory !== null,
        hasPromised: promised !== null,
      };
      return { ...story, accepted };
    }
    case 'MatterRefused':
      return { ...story, refused: story.refused ?? at };
    case 'MatterDecided': {
      const { on, outcome } = event.data;
      const decision = { ...at, on, outcome, reopened: story.reopenings.length };
      return { ...story, decisions: [...story.decisions, decision] };
    }
    case 'LicenceIssued': {
      const sealed = event.classification === 'sealed';
      return { ...story, certificates: [...story.certificates, { ...at, validFrom: event.data.validFrom, sealed }] };
    }
    case 'ResultDelivered':
      return { ...story, delivered: story.delivered ?? at };
    case 'MatterWithdrawn':
      return { ...story, withdrawn: at };
    case 'MatterClosed':
      return { ...story, closures: [...story.closures, { ...at, kind: event.data.kind }] };
    case 'MatterReopened':
      return { ...story, reopenings: [...story.reopenings, at] };
    case 'StepStarted':
      return { ...story, steps: { ...story.steps, [event.data.step]: { ...at, end: null } } };
    case 'StepFinished': {
      const { [event.data.step]: begun } = story.steps;
      return begun ? { ...story, steps: { ...story.steps, [event.data.step]: { ...begun, end: at.on } } } : story;
    }
    case 'MatterLinked':
      return { ...story, links: [...story.links, { ...at, relation: event.data.relation, to: event.data.to }] };
    default:
      return story;
  }
}

/** The first thing that only an accepted matter can come to: a decision, a certificate, a delivery. */
export const firstResult = ({ decisions, certificates, delivered }: Story): At | null =>
  [...decisions, ...certificates, ...(delivered ? [delivered] : [])].toSorted((a, b) =>
    a.on < b.on ? -1 : a.on > b.on ? 1 : 0,
  )[0] ?? null;
