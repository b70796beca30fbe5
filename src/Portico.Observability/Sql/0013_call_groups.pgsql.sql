-- What a call is about, as one number: few groups of dimensions stand for millions of calls, and one index finds the newest calls of any of them. Calls of
-- before have no number; the second index has them alone.
create table observability_groups (
  group_id bigint primary key,
  organisation_id text not null,
  workspace_id text not null,
  use_case_id text not null,
  key_id text not null,
  person_id text not null,
  operation text not null,
  route text not null,
  model text not null,
  provider text not null,
  connection_id text not null,
  deployment_id text not null,
  outcome text not null,
  error_code text not null
);

alter table observability_calls add column group_id bigint;
create index observability_calls_by_group on observability_calls (group_id, id) where group_id is not null;
create index observability_calls_ungrouped on observability_calls (id) where group_id is null;
