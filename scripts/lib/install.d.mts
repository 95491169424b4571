export function ensureInstalled(folder: string, about: { label: string; estimate: string }): Promise<void>;
export function installMatchesLock(folder: string): boolean;
export function run(command: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<void>;
