-- A list of calls can be narrowed by every dimension that a report has.
alter table observability_calls add column operation text, add column connection_id text, add column deployment_id text;

update observability_calls c set operation = r.row ->> 'operation', connection_id = r.row ->> 'connection_id', deployment_id = r.row ->> 'deployment_id'
from (select id, started_us, convert_from(record, 'UTF8')::json as row from observability_calls) r
where r.id = c.id and r.started_us = c.started_us;
