-- Four more dimensions. Sums of before do not know them and keep an empty text, as a call has that met no deployment or no error.
alter table observability_minutes rename to observability_minutes_before;

create table observability_minutes (
  minute_us bigint not null,
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
  error_code text not null,
  group_id bigint not null,
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
  primary key (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id,
    outcome, error_code)
);

insert into observability_minutes (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider,
  connection_id, deployment_id, outcome, error_code, group_id, calls, cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens,
  output_tokens, reasoning_tokens, cost_nano_usd, saved_nano_usd, duration_us)
select minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, '', route, model, provider, '', '', outcome, '', group_id, calls,
  cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, saved_nano_usd, duration_us
from observability_minutes_before;

drop table observability_minutes_before;
