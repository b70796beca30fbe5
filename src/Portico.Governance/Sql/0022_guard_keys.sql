-- Keys from which the secrets are derived by which services that are asked as guards know Portico again; sealed. The newest of an organisation signs, and the one before for a day beside it.
create table governance_guard_keys (
  organisation_id text not null,
  number bigint not null,
  sealed text not null,
  made_us bigint not null,
  primary key (organisation_id, number)
);
