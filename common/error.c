/* error.c - the error domain of the desk, and exit statuses. */
#include "common/error.h"

G_DEFINE_QUARK(desk - error - quark, desk_error)

int desk_error_status(const GError *error)
{
	if (error == NULL)
		return 0;
	if (error->domain == DESK_ERROR)
		return error->code;
	if (error->domain == G_FILE_ERROR)
		return DESK_ERROR_IO;
	return DESK_ERROR_SOFTWARE;
}
