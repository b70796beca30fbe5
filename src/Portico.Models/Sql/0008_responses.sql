-- 1 = calls that need the Responses API of the provider itself are passed to it.
alter table models_connections add column responses bigint not null default 0;
