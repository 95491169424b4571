/** Life and end of an account: counts, leases and removal. */
import '../server/accounts/life.test';
