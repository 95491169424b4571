/** What crosses HTTP and the websocket. Ids are strings (snowflakes do not fit a JavaScript number); times are ISO 8601 in UTC. */
export * from './errors';
export * from './providers';
export * from './accounts';
export * from './mailboxes';
export * from './changes';
export * from './messages';
export * from './outbox';
export * from './writing';
export * from './records';
export * from './settings';
