// Single keys looked up in a cdb file or an SQLite database, on one thread, without a server: as fast as they can be
// asked. usage: stored cdb|sqlite FILE QUERIES KEYS
// QUERIES has lines flickr:ID. Whether an id is a member is arithmetic (BenchmarkWork/KeySpace.swift), so each answer
// is checked. Prints millions of lookups a second.
#include <cdb.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int is_member(unsigned long long id, unsigned long long keys) {
  return id >= 1000000003ull && (id - 1000000003ull) % 2203 == 0 && (id - 1000000003ull) / 2203 < keys;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "stored: %s\n", what);
  exit(1);
}

int main(int count, char **words) {
  if (count != 5) fail("usage: stored cdb|sqlite FILE QUERIES KEYS");
  unsigned long long keys = strtoull(words[4], NULL, 10);
  FILE *file = fopen(words[3], "r");
  if (!file) fail("no queries");
  size_t asked = 0, room = 1 << 20;
  char (*lines)[24] = malloc(room * sizeof *lines);
  while (asked < room && fgets(lines[asked], sizeof *lines, file)) {
    lines[asked][strcspn(lines[asked], "\n")] = 0;
    asked++;
  }
  fclose(file);

  double start;
  if (!strcmp(words[1], "cdb")) {
    struct cdb database;
    int descriptor = open(words[2], O_RDONLY);
    if (descriptor < 0 || cdb_init(&database, descriptor)) fail("no cdb file");
    start = now();
    for (size_t at = 0; at < asked; at++) {
      int found = cdb_find(&database, lines[at], strlen(lines[at])) > 0;
      if (found != is_member(strtoull(lines[at] + 7, NULL, 10), keys)) fail("a wrong answer");
    }
  } else {
    sqlite3 *database;
    sqlite3_stmt *statement;
    if (sqlite3_open_v2(words[2], &database, SQLITE_OPEN_READONLY, NULL)) fail("no database");
    sqlite3_exec(database, "pragma mmap_size=8000000000", NULL, NULL, NULL);
    if (sqlite3_prepare_v2(database, "select 1 from ids where id = ?", -1, &statement, NULL)) fail("no table");
    start = now();
    for (size_t at = 0; at < asked; at++) {
      unsigned long long id = strtoull(lines[at] + 7, NULL, 10);
      sqlite3_bind_int64(statement, 1, (sqlite3_int64)id);
      int found = sqlite3_step(statement) == SQLITE_ROW;
      if (found != is_member(id, keys)) fail("a wrong answer");
      sqlite3_reset(statement);
    }
  }
  printf("M/s\t%.4f\n", asked / (now() - start) / 1e6);
  return 0;
}
