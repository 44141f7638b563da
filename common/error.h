/* error.h - one error domain whose codes are the exit statuses of sysexits.h.
 *
 * The sentence of an error is for people: what, where, what to do.  The code
 * is for the program, and the command line ends with it as it is.
 */
#pragma once

#include <glib.h>

#define DESK_ERROR (desk_error_quark())

typedef enum {
	DESK_ERROR_USAGE = 64,       /* the command line is wrong */
	DESK_ERROR_DATA = 65,        /* input that cannot be used: a form, a CSV file */
	DESK_ERROR_NO_INPUT = 66,    /* a file that is not there or cannot be read */
	DESK_ERROR_UNAVAILABLE = 69, /* a server is away */
	DESK_ERROR_SOFTWARE = 70,    /* our own mistake */
	DESK_ERROR_CANT_CREATE = 73, /* a file that cannot be made */
	DESK_ERROR_IO = 74,          /* reading or writing failed */
	DESK_ERROR_TEMPFAIL = 75,    /* a fault that may pass: try again */
	DESK_ERROR_NO_PERMISSION = 77,
	DESK_ERROR_CONFIG = 78, /* the configuration */
} DeskError;

GQuark desk_error_quark(void);

/* The exit status that belongs to error: its code in our domain, 74 for a
 * GFileError, else 70. */
int desk_error_status(const GError *error);
