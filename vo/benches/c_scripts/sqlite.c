// 100,000 prepared inserts in one transaction: seconds of processor time, the best of some rounds.
#include <stdio.h>
#include <time.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
int sqlite3_open(const char *, sqlite3 **);
int sqlite3_close(sqlite3 *);
int sqlite3_exec(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
int sqlite3_prepare_v2(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
int sqlite3_bind_int64(sqlite3_stmt *, int, long long);
int sqlite3_bind_text(sqlite3_stmt *, int, const char *, int, void (*)(void *));
int sqlite3_step(sqlite3_stmt *);
int sqlite3_reset(sqlite3_stmt *);
int sqlite3_finalize(sqlite3_stmt *);

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void fill(void) {
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_open(":memory:", &db);
    sqlite3_exec(db, "create table t (id integer, name text)", 0, 0, 0);
    sqlite3_exec(db, "begin", 0, 0, 0);
    sqlite3_prepare_v2(db, "insert into t values (?, ?)", -1, &insert, 0);
    for (int i = 0; i < 100000; i++) {
        sqlite3_bind_int64(insert, 1, i);
        sqlite3_bind_text(insert, 2, "a name", -1, (void (*)(void *))-1);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(db, "commit", 0, 0, 0);
    sqlite3_close(db);
}

int main(void) {
    double best = 1e9;
    for (int round = 0; round < 7; round++) {
        double start = now();
        fill();
        double took = now() - start;
        if (took < best) best = took;
    }
    printf("%.9f\n", best);
}
