/** Entry of both client runtimes. */
export { default } from './plugin';
