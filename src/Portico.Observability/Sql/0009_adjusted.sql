-- What re-rating changed of the cost, beside the cost, so that a report can say what was billed. Sums of before do not know it: there it counts as billed.
alter table observability_minutes add column adjusted_nano_usd bigint not null default 0;
