/** Sign-ins: one use each, whatever the database does at the same moment. */
import '../server/accounts/connect.test';
