-- Sums by hour and by day, so that a report over weeks reads few rows. They are kept in step with the minutes by the transactions that write those. Latencies
-- stand in the row: counts by bucket, "88:3 91:12". Filled here from the minutes that are there.
create or replace function observability_add_counts(counts text, others text) returns text language sql immutable parallel safe as $$
  select coalesce(string_agg(bucket || ':' || calls, ' ' order by bucket), '')
  from (
    select split_part(entry, ':', 1)::bigint as bucket, sum(split_part(entry, ':', 2)::bigint) as calls
    from unnest(string_to_array(counts || ' ' || others, ' ')) entry where entry <> '' group by 1
  ) added
$$;

-- A node of an earlier build cannot write minutes alone: its records wait in its journal until it is of this build.
alter table observability_minutes rename column minute_us to start_us;

create table observability_hours (
  start_us bigint not null,
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
  calls bigint not null,
  cache_hits bigint not null,
  unpriced bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  searches bigint not null,
  characters bigint not null,
  audio_ms bigint not null,
  images bigint not null,
  cost_nano_usd bigint not null,
  adjusted_nano_usd bigint not null,
  saved_nano_usd bigint not null,
  duration_us bigint not null,
  durations text not null,
  first_outputs text not null,
  primary key (start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id,
    outcome, error_code)
);

create table observability_days (
  start_us bigint not null,
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
  calls bigint not null,
  cache_hits bigint not null,
  unpriced bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  searches bigint not null,
  characters bigint not null,
  audio_ms bigint not null,
  images bigint not null,
  cost_nano_usd bigint not null,
  adjusted_nano_usd bigint not null,
  saved_nano_usd bigint not null,
  duration_us bigint not null,
  durations text not null,
  first_outputs text not null,
  primary key (start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id,
    outcome, error_code)
);

insert into observability_hours (start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code,
  calls, cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, searches, characters, audio_ms, images, cost_nano_usd, adjusted_nano_usd, saved_nano_usd, duration_us, durations, first_outputs)
select m.start_us / 3600000000 * 3600000000, m.organisation_id, m.workspace_id, m.use_case_id, m.key_id, m.person_id, m.operation, m.route, m.model, m.provider, m.connection_id, m.deployment_id, m.outcome, m.error_code,
  cast(sum(m.calls) as bigint), cast(sum(m.cache_hits) as bigint), cast(sum(m.unpriced) as bigint), cast(sum(m.input_tokens) as bigint), cast(sum(m.cache_read_tokens) as bigint), cast(sum(m.cache_write_tokens) as bigint), cast(sum(m.output_tokens) as bigint), cast(sum(m.reasoning_tokens) as bigint), cast(sum(m.searches) as bigint), cast(sum(m.characters) as bigint), cast(sum(m.audio_ms) as bigint), cast(sum(m.images) as bigint), cast(sum(m.cost_nano_usd) as bigint), cast(sum(m.adjusted_nano_usd) as bigint), cast(sum(m.saved_nano_usd) as bigint), cast(sum(m.duration_us) as bigint), '', ''
from observability_minutes m
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;

update observability_hours h set durations = c.counts
from (
  select start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code, string_agg(bucket || ':' || calls, ' ' order by bucket) as counts from (
    select m.start_us / 3600000000 * 3600000000 as start_us, m.organisation_id, m.workspace_id, m.use_case_id, m.key_id, m.person_id, m.operation, m.route, m.model, m.provider, m.connection_id, m.deployment_id, m.outcome, m.error_code, l.bucket, cast(sum(l.calls) as bigint) as calls
    from observability_minutes m join observability_latencies l on l.minute_us = m.start_us and l.group_id = m.group_id
    where l.measure = 1
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, l.bucket
  ) counted
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
) c
where c.start_us = h.start_us and c.organisation_id = h.organisation_id and c.workspace_id = h.workspace_id and c.use_case_id = h.use_case_id and c.key_id = h.key_id and c.person_id = h.person_id and c.operation = h.operation and c.route = h.route and c.model = h.model and c.provider = h.provider and c.connection_id = h.connection_id and c.deployment_id = h.deployment_id and c.outcome = h.outcome and c.error_code = h.error_code;

update observability_hours h set first_outputs = c.counts
from (
  select start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code, string_agg(bucket || ':' || calls, ' ' order by bucket) as counts from (
    select m.start_us / 3600000000 * 3600000000 as start_us, m.organisation_id, m.workspace_id, m.use_case_id, m.key_id, m.person_id, m.operation, m.route, m.model, m.provider, m.connection_id, m.deployment_id, m.outcome, m.error_code, l.bucket, cast(sum(l.calls) as bigint) as calls
    from observability_minutes m join observability_latencies l on l.minute_us = m.start_us and l.group_id = m.group_id
    where l.measure = 2
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, l.bucket
  ) counted
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
) c
where c.start_us = h.start_us and c.organisation_id = h.organisation_id and c.workspace_id = h.workspace_id and c.use_case_id = h.use_case_id and c.key_id = h.key_id and c.person_id = h.person_id and c.operation = h.operation and c.route = h.route and c.model = h.model and c.provider = h.provider and c.connection_id = h.connection_id and c.deployment_id = h.deployment_id and c.outcome = h.outcome and c.error_code = h.error_code;

insert into observability_days (start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code,
  calls, cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, searches, characters, audio_ms, images, cost_nano_usd, adjusted_nano_usd, saved_nano_usd, duration_us, durations, first_outputs)
select m.start_us / 86400000000 * 86400000000, m.organisation_id, m.workspace_id, m.use_case_id, m.key_id, m.person_id, m.operation, m.route, m.model, m.provider, m.connection_id, m.deployment_id, m.outcome, m.error_code,
  cast(sum(m.calls) as bigint), cast(sum(m.cache_hits) as bigint), cast(sum(m.unpriced) as bigint), cast(sum(m.input_tokens) as bigint), cast(sum(m.cache_read_tokens) as bigint), cast(sum(m.cache_write_tokens) as bigint), cast(sum(m.output_tokens) as bigint), cast(sum(m.reasoning_tokens) as bigint), cast(sum(m.searches) as bigint), cast(sum(m.characters) as bigint), cast(sum(m.audio_ms) as bigint), cast(sum(m.images) as bigint), cast(sum(m.cost_nano_usd) as bigint), cast(sum(m.adjusted_nano_usd) as bigint), cast(sum(m.saved_nano_usd) as bigint), cast(sum(m.duration_us) as bigint), '', ''
from observability_minutes m
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;

update observability_days h set durations = c.counts
from (
  select start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code, string_agg(bucket || ':' || calls, ' ' order by bucket) as counts from (
    select m.start_us / 86400000000 * 86400000000 as start_us, m.organisation_id, m.workspace_id, m.use_case_id, m.key_id, m.person_id, m.operation, m.route, m.model, m.provider, m.connection_id, m.deployment_id, m.outcome, m.error_code, l.bucket, cast(sum(l.calls) as bigint) as calls
    from observability_minutes m join observability_latencies l on l.minute_us = m.start_us and l.group_id = m.group_id
    where l.measure = 1
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, l.bucket
  ) counted
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
) c
where c.start_us = h.start_us and c.organisation_id = h.organisation_id and c.workspace_id = h.workspace_id and c.use_case_id = h.use_case_id and c.key_id = h.key_id and c.person_id = h.person_id and c.operation = h.operation and c.route = h.route and c.model = h.model and c.provider = h.provider and c.connection_id = h.connection_id and c.deployment_id = h.deployment_id and c.outcome = h.outcome and c.error_code = h.error_code;

update observability_days h set first_outputs = c.counts
from (
  select start_us, organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code, string_agg(bucket || ':' || calls, ' ' order by bucket) as counts from (
    select m.start_us / 86400000000 * 86400000000 as start_us, m.organisation_id, m.workspace_id, m.use_case_id, m.key_id, m.person_id, m.operation, m.route, m.model, m.provider, m.connection_id, m.deployment_id, m.outcome, m.error_code, l.bucket, cast(sum(l.calls) as bigint) as calls
    from observability_minutes m join observability_latencies l on l.minute_us = m.start_us and l.group_id = m.group_id
    where l.measure = 2
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, l.bucket
  ) counted
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
) c
where c.start_us = h.start_us and c.organisation_id = h.organisation_id and c.workspace_id = h.workspace_id and c.use_case_id = h.use_case_id and c.key_id = h.key_id and c.person_id = h.person_id and c.operation = h.operation and c.route = h.route and c.model = h.model and c.provider = h.provider and c.connection_id = h.connection_id and c.deployment_id = h.deployment_id and c.outcome = h.outcome and c.error_code = h.error_code;
