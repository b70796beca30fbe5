-- Which use case contents are of: policies bound how long each keeps them. Null: kept before this was noted, and kept as their workspace says.
alter table observability_contents add column use_case_id text;
