-- When a policy wants contents gone; null = as long as all are kept.
alter table observability_contents add column until_us bigint;

create index observability_contents_by_until on observability_contents (until_us);
