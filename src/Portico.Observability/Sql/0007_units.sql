-- What is used and billed without being a token.
alter table observability_minutes add column searches bigint not null default 0;
alter table observability_minutes add column characters bigint not null default 0;
alter table observability_minutes add column audio_ms bigint not null default 0;
alter table observability_minutes add column images bigint not null default 0;
