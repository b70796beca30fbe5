-- Files of a month find calls by their facts; the index is made with the file.
select 1;
