-- Findings of detectors that somebody says are none, and what was decided. state: open, false_alarm, right. place and start: where it stood in the call; no word of it.
create table observability_finding_reviews (
  id text primary key,
  state text not null,
  organisation_id text not null,
  workspace_id text not null,
  use_case_id text not null,
  call_id text not null,
  number bigint not null,
  rule text not null,
  kind text not null,
  channel text not null,
  place text not null,
  start bigint not null,
  length bigint not null,
  score_percent bigint not null,
  action text not null,
  digest text not null,
  note text,
  reported_by text not null,
  reported_by_name text not null,
  reported_us bigint not null,
  decided_by text,
  decided_by_name text,
  decided_us bigint,
  reason text
);

create unique index observability_finding_reviews_of on observability_finding_reviews (call_id, number);
create index observability_finding_reviews_false on observability_finding_reviews (workspace_id, digest) where state = 'false_alarm';
