import { Model } from 'objection';

// A visit has one connection: relations are fetched one after the other.
Object.assign(Model, { concurrency: 1 });

/** objection's Model, never bound to a pool: a query without a visit's transaction throws. */
export { Model };
