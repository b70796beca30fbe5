-- Calls and attempts in a partition a month, so that retention drops tables instead of deleting rows.
alter table observability_calls rename to observability_calls_unsplit;
alter table observability_attempts rename to observability_attempts_unsplit;
drop index observability_attempts_by_call;

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
  primary key (id, started_us)
) partition by range (started_us);

-- An attempt stands in the month of its call.
create table observability_attempts (
  id text not null,
  call_id text not null,
  number bigint not null,
  call_started_us bigint not null,
  started_us bigint not null,
  deployment_id text not null,
  outcome text not null,
  status bigint not null,
  cost_nano_usd bigint not null,
  price_id text,
  price_version bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  primary key (id, call_started_us)
) partition by range (call_started_us);

create index observability_attempts_by_call on observability_attempts (call_id);

-- Makes the partitions of the month that holds this time, once; nodes take turns. Attaching an empty table does not wait for readers or writers.
create function observability_add_month(at_us bigint) returns void language plpgsql as $$
declare
  month timestamp := date_trunc('month', to_timestamp(at_us / 1000000.0) at time zone 'UTC');
  first_us bigint := extract(epoch from month)::bigint * 1000000;
  next_us bigint := extract(epoch from month + interval '1 month')::bigint * 1000000;
  parent text;
  part text;
begin
  perform pg_advisory_xact_lock(8026377250718772083);
  foreach parent in array array['observability_calls', 'observability_attempts'] loop
    part := parent || to_char(month, '"_"YYYY"_"MM');
    if to_regclass(part) is null then
      execute format('create table %I (like %I including all)', part, parent);
      execute format('alter table %I attach partition %I for values from (%s) to (%s)', parent, part, first_us, next_us);
    end if;
  end loop;
end $$;

select observability_add_month(started_us)
from (select distinct on (date_trunc('month', to_timestamp(started_us / 1000000.0) at time zone 'UTC')) started_us from observability_calls_unsplit) months;

insert into observability_calls (id, started_us, organisation_id, workspace_id, use_case_id, key_id, person_id, route, model, provider, outcome, status,
  error_code, cost_nano_usd, record)
select id, started_us, organisation_id, workspace_id, use_case_id, key_id, person_id, route, model, provider, outcome, status, error_code, cost_nano_usd, record
from observability_calls_unsplit;

insert into observability_attempts (id, call_id, number, call_started_us, started_us, deployment_id, outcome, status, cost_nano_usd, price_id, price_version,
  input_tokens, output_tokens)
select a.id, a.call_id, a.number, c.started_us, a.started_us, a.deployment_id, a.outcome, a.status, a.cost_nano_usd, a.price_id, a.price_version,
  a.input_tokens, a.output_tokens
from observability_attempts_unsplit a join observability_calls_unsplit c on c.id = a.call_id;

drop table observability_attempts_unsplit;
drop table observability_calls_unsplit;
