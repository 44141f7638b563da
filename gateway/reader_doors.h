/* reader_doors.h - takes from this process everything that reading a mail does not need. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	DOORS_LIMITS = 1,   /* memory, file size, descriptors; always */
	DOORS_LANDLOCK = 2, /* no file can be opened, no port reached: where the kernel has it */
	DOORS_SECCOMP = 4,  /* only the calls that reading needs: where the kernel has it */
} Doors;

#define READER_DATA_BYTES \
	(184 * 1024 * 1024) /* heap, stack and the like: the process stays under 256 MiB */
#define READER_ADDRESS_BYTES                                                \
	(1024 * 1024 * 1024) /* with the libraries, and what is only mapped \
			      */

/* For ever; called once, with one thread.  A call that is not allowed fails with EPERM; a call that
 * no library makes by itself (a new program or process, a socket, another process's memory) ends
 * the process with SIGSYS.  *ret_doors: which could be closed.  False when not even the limits
 * could. */
bool doors_close(guint *ret_doors);

/* Whether the sanitizers are built in: they need an address space without end and a standard error.
 */
bool doors_have_sanitizers(void);
