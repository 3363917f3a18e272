CREATE ROLE santas_api LOGIN PASSWORD :'app';
CREATE ROLE monitor LOGIN PASSWORD :'monitor';
GRANT pg_monitor TO monitor;
CREATE DATABASE santas_gifts OWNER santas_api;
\c santas_gifts
CREATE EXTENSION pg_trgm;
GRANT CONNECT ON DATABASE santas_gifts TO monitor;
GRANT SELECT ON pg_file_settings, pg_hba_file_rules TO monitor;
GRANT EXECUTE ON FUNCTION pg_show_all_file_settings(), pg_hba_file_rules() TO monitor;
