-- Prompt and answer apart from the row, sealed. A row without a box was deleted: a copy that arrives late is not kept.
create table observability_contents (
  call_id text primary key,
  started_us bigint not null,
  sealed blob
);

create index observability_contents_by_start on observability_contents (started_us);
