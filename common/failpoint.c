/* failpoint.c - what the environment wants to fail, and failing so. */
#include "common/failpoint.h"

#ifdef ENABLE_FAILPOINTS

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE (1024 * 1024)

typedef struct Failpoint {
	char *name, *action;
	guint count; /* 0: every time */
	int passed;  /* atomic */
} Failpoint;

static gpointer failpoints_read(gpointer unused)
{
	GPtrArray *points = g_ptr_array_new(); /* lives as long as the process */
	const char *text = g_getenv("PERSOCONTACT_FAILPOINTS");
	g_auto(GStrv) items = g_strsplit(text != NULL ? text : "", ",", -1);

	for (char **item = items; *item != NULL; item++) {
		g_auto(GStrv) parts = g_strsplit_set(g_strstrip(*item), "=@", 3);
		Failpoint *point;

		if (g_strv_length(parts) < 2)
			continue;
		point = g_new0(Failpoint, 1);
		point->name = g_strdup(parts[0]);
		point->action = g_strdup(parts[1]);
		point->count = parts[2] != NULL ? (guint)g_ascii_strtoull(parts[2], NULL, 10) : 0;
		g_ptr_array_add(points, point);
	}
	return points;
}

static void eat_memory(void)
{
	for (;;)
		memset(g_malloc(PIECE), 1, PIECE);
}

static bool act_out(const Failpoint *point)
{
	if (strcmp(point->action, "crash") == 0)
		raise(SIGKILL);
	else if (strcmp(point->action, "abort") == 0)
		abort();
	else if (strcmp(point->action, "memory") == 0)
		eat_memory();
	else if (strcmp(point->action, "hang") == 0)
		for (;;)
			g_usleep(G_USEC_PER_SEC);
	else if (strcmp(point->action, "spin") == 0)
		for (volatile guint turns = 0;; turns++)
			;
	else if (strcmp(point->action, "error") == 0)
		return true;
	else if (strcmp(point->action, "stop") == 0)
		return raise(SIGSTOP) != 0;
	fprintf(stderr, "persocontact: PERSOCONTACT_FAILPOINTS: no action \"%s\"\n", point->action);
	_exit(64);
}

bool failpoint(const char *name)
{
	static GOnce once = G_ONCE_INIT;
	const GPtrArray *points = g_once(&once, failpoints_read, NULL);

	for (guint i = 0; i < points->len; i++) {
		Failpoint *point = g_ptr_array_index(points, i);

		if (strcmp(point->name, name) != 0)
			continue;
		guint passed = (guint)g_atomic_int_add(&point->passed, 1) + 1;
		if (point->count == 0 || point->count == passed)
			return act_out(point);
	}
	return false;
}

#else
typedef int FailpointNothing; /* an empty file is no C */
#endif
