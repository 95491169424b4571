export { createTestApp, type Agent, type PushedEvent, type TestApp, type TestAppSettings, type TestUser } from './app';
export { dialect, type Dialect } from './database';
export { hostRequire, rootUser } from './env';
export type { CapturedLogs } from './logs';
export { pluginOf, quietMail, withCollections, type PluginClass } from './plugin';
