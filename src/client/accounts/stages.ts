/** The stages of a sign-in as a person sees them. Pure. */
import type { SignInState } from '../../shared/states';

export const STAGES = ['Signing in…', 'Checking mailbox…', 'Checking sending…'] as const;

const STAGE_OF: Record<SignInState, number> = {
  started: 0,
  returned: 0,
  exchanging: 0,
  probingImap: 1,
  probingSmtp: 2,
  done: 3,
  failed: 0,
};

/** Index into {@link STAGES}; one past the last when all is done. */
export const stageOf = (state: SignInState): number => STAGE_OF[state];

export const isOver = (state: SignInState): boolean => state === 'done' || state === 'failed';
