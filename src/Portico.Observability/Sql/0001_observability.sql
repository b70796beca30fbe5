create table observability_journal_positions (
  journal_id text primary key,
  position bigint not null
);

create table observability_minutes (
  minute_us bigint not null,
  organisation_id text not null,
  workspace_id text not null,
  use_case_id text not null,
  key_id text not null,
  person_id text not null,
  route text not null,
  model text not null,
  provider text not null,
  outcome text not null,
  calls bigint not null,
  cache_hits bigint not null,
  unpriced bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  cost_nano_usd bigint not null,
  saved_nano_usd bigint not null,
  duration_us bigint not null,
  primary key (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, route, model, provider, outcome)
);
