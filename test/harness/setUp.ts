import { setUpHost } from './env';

// Tests import code of ours, and with it packages of the host, before they start an app.
setUpHost();
