-- The private half is sealed. A key that was replaced stays, for what it signed.
create table governance_audit_keys (
  id text primary key,
  public_der bytea not null,
  private_box text not null,
  created_us bigint not null,
  retired_us bigint
);

-- A log for every journal: how far it is in the store.
create table governance_audit_logs (
  id text primary key,
  size bigint not null,
  root bytea not null,
  position bigint not null,
  at_us bigint not null,
  anchored_size bigint not null default 0
);

-- Up to 250 lines, deflated; first is the index of the first.
create table governance_audit_batches (
  log_id text not null,
  first bigint not null,
  entries bigint not null,
  from_us bigint not null,
  to_us bigint not null,
  lines bytea not null,
  primary key (log_id, first)
);

create table governance_audit_checkpoints (
  log_id text not null,
  size bigint not null,
  at_us bigint not null,
  root bytea not null,
  note text not null,
  primary key (log_id, size)
);

-- Up to 256 hashes of 32 bytes: of entries at level 0, of the tiles below at the others.
create table governance_audit_tiles (
  log_id text not null,
  level bigint not null,
  tile bigint not null,
  hashes bytea not null,
  primary key (log_id, level, tile)
);

-- The acts again, for looking them up; the lines are what counts.
create table governance_audit_acts (
  id text primary key,
  log_id text not null,
  entry bigint not null,
  outcome_entry bigint,
  at_us bigint not null,
  actor text,
  action text not null,
  resource text not null,
  status bigint,
  code text
);

create index governance_audit_acts_by_time on governance_audit_acts (at_us, id);
create index governance_audit_acts_by_actor on governance_audit_acts (actor, at_us);
