-- Findings of content rules, one row each, for whoever searches them: as in the record of their call, whose time they share. digest tells the same words of the same kind in a workspace; no word is here.
create table observability_findings (
  call_id text not null,
  number bigint not null,
  started_us bigint not null,
  organisation_id text not null,
  workspace_id text not null,
  use_case_id text not null,
  person_id text,
  rule text not null,
  kind text,
  channel text not null,
  place text not null,
  start bigint not null,
  length bigint not null,
  score_percent bigint not null,
  action text not null,
  digest text,
  primary key (call_id, number)
);

create index observability_findings_at on observability_findings (started_us);
create index observability_findings_same on observability_findings (workspace_id, digest) where digest is not null;
create index observability_findings_whose on observability_findings (person_id) where person_id is not null;

-- Calls by the hour of their start for which a content rule was in force, whether it found something or not; rule '': for which any was. Sums begin here.
create table observability_screened_hours (
  hour_us bigint not null,
  organisation_id text not null,
  workspace_id text not null,
  use_case_id text not null,
  rule text not null,
  calls bigint not null,
  primary key (hour_us, organisation_id, workspace_id, use_case_id, rule)
);

-- queued: 1 where somebody decided without a report before; taking the decision back takes the row.
alter table observability_finding_reviews add column queued bigint not null default 0;
create index observability_finding_reviews_same on observability_finding_reviews (workspace_id, digest);
