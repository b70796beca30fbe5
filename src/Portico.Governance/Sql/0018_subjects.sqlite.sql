-- Who wants to know everything about a person, or have it gone, why, who let them, and what came of it. Never deleted: it is the record of the decision. kind: access, erasure. state: open,
-- declined, withdrawn, running, done. problem: why it does not go on. until_us: how long a package lies here. hash: SHA-256 of the manifest of a package. The person's name stands nowhere.
create table governance_subject_requests (
  id text primary key,
  kind text not null,
  state text not null,
  person_id text not null,
  organisation_id text not null,
  reason text not null,
  asked_by text not null,
  asked_by_name text not null,
  asked_us bigint not null,
  decided_by text,
  decided_by_name text,
  decided_us bigint,
  note text,
  problem text,
  done_us bigint,
  until_us bigint,
  hash text,
  downloads bigint not null default 0
);

create unique index governance_subject_requests_open on governance_subject_requests (person_id, kind) where state in ('open', 'running');
create index governance_subject_requests_running on governance_subject_requests (id) where state = 'running';
create index governance_subject_requests_lying on governance_subject_requests (until_us) where until_us is not null;

-- What has been done of one, class by class. amount: things that went into the package, or were removed. hash: of an erasure, a chain over the removed ids. left_behind: what a second reading found.
create table governance_subject_steps (
  request_id text not null,
  number bigint not null,
  class text not null,
  state text not null,
  amount bigint not null,
  hash text not null,
  left_behind bigint,
  primary key (request_id, number)
);

-- Files of a package and their bytes in order, sealed. step: the number of the step that wrote it.
create table governance_subject_files (
  request_id text not null,
  number bigint not null,
  step bigint not null,
  name text not null,
  items bigint not null,
  bytes bigint not null,
  sha256 text,
  primary key (request_id, number)
);

create table governance_subject_chunks (
  request_id text not null,
  file bigint not null,
  seq bigint not null,
  sealed blob not null,
  primary key (request_id, file, seq)
);

-- When everything about a person was erased: the row stays as a pseudonym, for sums and the audit log.
alter table governance_people add column erased_us bigint;

-- Where what is held belongs, so that somebody at a place sees holds of theirs; null: noted before, or nobody knows.
alter table governance_hold_subjects add column organisation_id text;
alter table governance_hold_subjects add column workspace_id text;
