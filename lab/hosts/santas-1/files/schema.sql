SET ROLE santas_api;
CREATE TABLE gift (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    description text,
    category text NOT NULL,
    price numeric(8, 2) NOT NULL,
    age_min int NOT NULL,
    age_max int NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "user" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text NOT NULL UNIQUE,
    email text NOT NULL UNIQUE,
    password_hash text NOT NULL
);
INSERT INTO gift (name, description, category, price, age_min, age_max)
SELECT (ARRAY['Doll','Train','Book','Robot','Puzzle','Drum','Kite','Chess'])[1 + n % 8] || ' no. ' || n,
       CASE WHEN n % 5 > 0 THEN 'A present for somebody who was good, number ' || n END,
       (ARRAY['toys','books','games','music','outdoors'])[1 + n % 5],
       5 + n % 95, n % 12, n % 12 + 4
FROM generate_series(1, 6000) AS n;
INSERT INTO "user" (username, email, password_hash)
SELECT 'visitor' || n, 'visitor' || n || '@example.org', :'hash' FROM generate_series(1, 50) AS n;
CREATE INDEX idx_gift_search ON gift USING gin (to_tsvector('english', name || ' ' || coalesce(description, '')));
CREATE INDEX idx_gift_category_age ON gift (category, age_min, age_max);
CREATE INDEX idx_gift_name_trgm ON gift USING gin (name gin_trgm_ops);
RESET ROLE;
VACUUM ANALYZE;
