/* bench.h - what the programs of the benchmark share: a clock, files, and the line of a result. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

static inline double bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline void bench_die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static inline double bench_seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* BENCH name n bytes seconds msgs/s MB/s cpu_seconds peak_RSS_KB, tab-separated. */
static inline void bench_report(const char *name, guint count, double bytes, double seconds)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	printf("BENCH\t%s\t%u\t%.0f\t%.3f\t%.1f\t%.1f\t%.2f\t%ld\n", name, count, bytes, seconds,
	       count / seconds, bytes / 1e6 / seconds,
	       bench_seconds(&used.ru_utime) + bench_seconds(&used.ru_stime), used.ru_maxrss);
	fflush(stdout);
}

static inline int bench_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of a folder, or of its new/ when it is a Maildir, sorted; char *, given. */
static inline GPtrArray *bench_files(const char *path)
{
	g_autofree char *fresh = g_build_filename(path, "new", NULL);
	const char *folder = g_file_test(fresh, G_FILE_TEST_IS_DIR) ? fresh : path;
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		g_ptr_array_add(files, g_build_filename(folder, name, NULL));
	if (files->len == 0)
		bench_die(path, "no mails");
	g_ptr_array_sort(files, bench_compare);
	return files;
}
