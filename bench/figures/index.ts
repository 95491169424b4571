/** All groups, in the order they run. */
import type { FigureGroup } from '../measure';
import { busy } from './busy';
import { firstSync } from './firstSync';
import { idle } from './idle';
import { noChange } from './noChange';
import { push } from './push';
import { scale } from './scale';
import { sending } from './sending';

export const groups: FigureGroup[] = [firstSync, busy, noChange, push, sending, scale, idle];
