create table observability_calls (
  id text not null,
  started_us bigint not null,
  organisation_id text,
  workspace_id text,
  use_case_id text,
  key_id text,
  person_id text,
  route text,
  model text,
  provider text,
  outcome bigint not null,
  status bigint not null,
  error_code text,
  cost_nano_usd bigint not null,
  record bytea not null,
  content bytea,
  primary key (id)
);

create table observability_attempts (
  id text not null,
  call_id text not null,
  number bigint not null,
  started_us bigint not null,
  deployment_id text not null,
  outcome text not null,
  status bigint not null,
  cost_nano_usd bigint not null,
  price_id text,
  price_version bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  primary key (id)
);

create index observability_attempts_by_call on observability_attempts (call_id);
