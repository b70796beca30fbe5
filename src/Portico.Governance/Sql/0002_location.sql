-- A replayed creation says where the thing is, as the first answer did.
alter table governance_idempotency add column location text;
