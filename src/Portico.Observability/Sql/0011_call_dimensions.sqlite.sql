-- Files of a month have the dimensions in their facts.
select 1;
