/* http.h - requests as libmicrohttpd brings them, in pieces. */
#pragma once

#include "portal/inside.h"

/* For MHD_start_daemon; user: the Portal. */
enum MHD_Result http_request(void *user, struct MHD_Connection *connection, const char *path,
			     const char *method, const char *version, const char *bytes,
			     size_t *length, void **context);
/* For MHD_OPTION_NOTIFY_COMPLETED. */
void http_completed(void *user, struct MHD_Connection *connection, void **context,
		    enum MHD_RequestTerminationCode code);
