/** Which processes are measured as JavaScript, and where they lie (build.ts). */
import path from 'node:path';
import { hostRoot } from '../../scripts/lib/repo';

/** The app with our plugin, and what it is compared with. */
export const MEASURED: readonly string[] = ['app', 'anchor', 'smtpAnchor'];

/** Beside the packages of the host, so that they are found. */
export const builtFolder = path.join(hostRoot, 'storage/bench-processes');
