-- When somebody last came in by this account: of interest long after the session was removed.
alter table governance_accounts add column signed_in_us bigint;
