/** Mail of an account that is being removed is left out by conditions every database has to understand. */
import '../server/accounts/removal.test';
