/** Entry of both client runtimes. */
import { takeAnswer } from './accounts/signInAnswer';

// Before anything else of ours runs: no request of this page may carry the code as its referrer.
takeAnswer();

export { default } from './plugin';
