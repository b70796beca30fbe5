-- The number of a group of dimensions: its latencies are kept beside its sums. 0 = summed before latencies were kept.
alter table observability_minutes add column group_id bigint not null default 0;

create table observability_latencies (
  minute_us bigint not null,
  group_id bigint not null,
  measure bigint not null,
  bucket bigint not null,
  calls bigint not null,
  primary key (minute_us, group_id, measure, bucket)
);
