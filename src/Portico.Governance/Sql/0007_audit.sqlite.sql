-- The private half is sealed. A key that was replaced stays, for what it signed.
create table governance_audit_keys (
  id text primary key,
  public_der blob not null,
  private_box text not null,
  created_us integer not null,
  retired_us integer
);

-- A log for every journal: how far it is in the store.
create table governance_audit_logs (
  id text primary key,
  size integer not null,
  root blob not null,
  position integer not null,
  at_us integer not null,
  anchored_size integer not null default 0
);

-- Up to 250 lines, deflated; first is the index of the first.
create table governance_audit_batches (
  log_id text not null,
  first integer not null,
  entries integer not null,
  from_us integer not null,
  to_us integer not null,
  lines blob not null,
  primary key (log_id, first)
) without rowid;

create table governance_audit_checkpoints (
  log_id text not null,
  size integer not null,
  at_us integer not null,
  root blob not null,
  note text not null,
  primary key (log_id, size)
) without rowid;

-- Up to 256 hashes of 32 bytes: of entries at level 0, of the tiles below at the others.
create table governance_audit_tiles (
  log_id text not null,
  level integer not null,
  tile integer not null,
  hashes blob not null,
  primary key (log_id, level, tile)
) without rowid;

-- The acts again, for looking them up; the lines are what counts.
create table governance_audit_acts (
  id text primary key,
  log_id text not null,
  entry integer not null,
  outcome_entry integer,
  at_us integer not null,
  actor text,
  action text not null,
  resource text not null,
  status integer,
  code text
);

create index governance_audit_acts_by_time on governance_audit_acts (at_us, id);
create index governance_audit_acts_by_actor on governance_audit_acts (actor, at_us);
