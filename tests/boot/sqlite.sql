-- Its output is compared with that of the host's sqlite3; the same for a database in memory and in a file.
.mode list
CREATE TABLE author(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born INT);
CREATE TABLE book(id INTEGER PRIMARY KEY, author INT REFERENCES author(id), title TEXT, price REAL, year INT CHECK(year > 0));
CREATE INDEX book_by_author ON book(author);
CREATE INDEX book_by_year ON book(year DESC, price);
INSERT INTO author(name, born) VALUES ('Ada', 1815), ('Grace', 1906), ('Kurt', NULL), ('Alan', 1912);
INSERT INTO book(author, title, price, year) VALUES (1, 'Notes', 12.5, 1843), (2, 'Compilers', 40.25, 1952),
	(2, 'Flow', 33, 1959), (4, 'Numbers', 7.75, 1936), (4, 'Machinery', 19.99, 1950), (NULL, 'Anonymous', NULL, 1900);
SELECT a.name, b.title FROM author a JOIN book b ON b.author = a.id ORDER BY a.name, b.title;
SELECT a.name, count(b.id), round(avg(b.price), 2), max(b.year) FROM author a LEFT JOIN book b ON b.author = a.id GROUP BY a.id ORDER BY 2 DESC, 1;
SELECT b.title, a.name FROM book b FULL JOIN author a ON a.id = b.author ORDER BY b.title, a.name;
SELECT x.title, y.title FROM book x, book y WHERE x.year < y.year AND x.price > y.price ORDER BY 1, 2;
SELECT title FROM book WHERE author IN (SELECT id FROM author WHERE born > 1900) AND price BETWEEN 10 AND 35 ORDER BY year;
SELECT name FROM author WHERE NOT EXISTS (SELECT 1 FROM book WHERE author = author.id) UNION SELECT 'none' EXCEPT SELECT 'x' ORDER BY 1;
SELECT title, sum(price) OVER (ORDER BY year ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), rank() OVER (PARTITION BY author ORDER BY price) FROM book ORDER BY year;
EXPLAIN QUERY PLAN SELECT * FROM book WHERE author = 2;
EXPLAIN QUERY PLAN SELECT * FROM book WHERE year = 1950 AND price > 10;
BEGIN;
UPDATE book SET price = price * 2 WHERE author = 2;
SAVEPOINT inner;
DELETE FROM book WHERE author = 4;
SELECT count(*), total(price) FROM book;
ROLLBACK TO inner;
SELECT count(*), total(price) FROM book;
ROLLBACK;
SELECT count(*), total(price) FROM book;
BEGIN; INSERT INTO book(title, year) VALUES ('Kept', 2000); COMMIT;
INSERT INTO book(title, year) VALUES ('Refused', -1);
INSERT INTO author(name) VALUES ('Ada');
SELECT * FROM nothing;
CREATE TRIGGER book_log AFTER INSERT ON book BEGIN UPDATE author SET born = coalesce(born, 0) + 1 WHERE id = new.author; END;
INSERT INTO book(author, title, price, year) VALUES (3, 'Incomplete', 9, 1931) RETURNING id, title, price * 3;
SELECT born FROM author WHERE id = 3;
CREATE VIEW old AS SELECT title FROM book WHERE year < 1940;
SELECT group_concat(title, ', ') FROM (SELECT title FROM old ORDER BY title);
INSERT INTO author(id, name) VALUES (1, 'Augusta') ON CONFLICT(id) DO UPDATE SET name = excluded.name;
SELECT name, typeof(born), hex(name), length(name), upper(name), substr(name, 2, 3), instr(name, 'a') FROM author ORDER BY id;
WITH RECURSIVE n(i, f) AS (SELECT 1, 1.0 UNION ALL SELECT i + 1, f * (i + 1) FROM n WHERE i < 20) SELECT i, f FROM n WHERE i % 5 = 0;
CREATE TABLE big(k INTEGER PRIMARY KEY, v INT, t TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO big SELECT i, (i * 7919) % 10007, printf('%05d-%s', i, hex(i * i)) FROM n;
CREATE INDEX big_by_v ON big(v, t);
SELECT count(*), sum(v), min(t), max(t) FROM big WHERE v BETWEEN 1000 AND 2000;
SELECT v, count(*) FROM big GROUP BY v HAVING count(*) > 2 ORDER BY v LIMIT 5;
DELETE FROM big WHERE k % 3 = 0;
VACUUM;
PRAGMA integrity_check;
SELECT count(*), sum(k * v) FROM big INDEXED BY big_by_v WHERE v > 5000;
PRAGMA foreign_keys = ON;
INSERT INTO book(author, title, year) VALUES (99, 'Orphan', 1999);
SELECT json_extract('{"a": [1, {"b": 2.5}]}', '$.a[1].b'), json_group_array(name) FROM author;
SELECT date('2024-02-28', '+2 days'), strftime('%Y-%j %W', '2000-12-31'), julianday('2000-01-01'), unixepoch('2001-09-09 01:46:40');
SELECT printf('%.3f|%8d|%-8s|%x|%,d', 2.0/3, 42, 'left', 255, 1234567), 9223372036854775807 + 1, 1/0, 5 % -3, 'abc' LIKE 'A%', 'abc' GLOB 'A*';
SELECT quote(x'00ff'), quote(1e300 * 1e10), round(2.5), round(-2.5), abs(-9223372036854775807), CAST('12abc' AS INT), 0.1 + 0.2;
ATTACH ':memory:' AS other;
CREATE TABLE other.copy AS SELECT * FROM author;
SELECT count(*) FROM other.copy JOIN main.author USING (id);
PRAGMA journal_mode;
.tables
.schema author
.mode column
.headers on
SELECT id, name FROM author ORDER BY id;
.mode json
SELECT id, title FROM book WHERE id < 3;
.dump author
