/* log.h - lines for the journal: "level: ids: sentence" on standard error.
 *
 * Only programs and their loops log; libraries return errors.  No text of a
 * mail, no name and no address of a person goes in: ids and numbers do.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

void log_open(const char *program, bool debug);
void log_error(const char *format, ...) G_GNUC_PRINTF(1, 2);   /* somebody must act */
void log_warning(const char *format, ...) G_GNUC_PRINTF(1, 2); /* goes on by itself */
void log_info(const char *format, ...) G_GNUC_PRINTF(1, 2);    /* one line a mail */
void log_debug(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* As log_warning, but the same sentence at most once in seconds. */
void log_warning_rarely(guint seconds, const char *format, ...) G_GNUC_PRINTF(2, 3);
