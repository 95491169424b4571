/** Forged and foreign ids, which every database takes in its own way. */
import '../server/access/own.test';
