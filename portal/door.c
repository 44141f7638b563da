/* door.c - sockets and certificates: opened once, and kept over every change of the configuration
 * that cannot be taken up. */
#include "portal/door.h"

#include "common/error.h"
#include "portal/listen.h"

static gint64 now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static bool read_files(const Settings *settings, TlsFiles **ret_files, GError **error)
{
	if (settings->certificate == NULL)
		return true;
	*ret_files = tls_files_read(settings, now(), error);
	return *ret_files != NULL;
}

static bool read_judge(const Settings *settings, CardJudge **ret_judge, GError **error)
{
	if (settings->card.url == NULL)
		return true;
	*ret_judge = card_judge_new(settings, error);
	return *ret_judge != NULL;
}

static bool open_sockets(PortalDoor *door, GError **error)
{
	door->fd = listen_open("Portal", door->where, error);
	if (door->fd >= 0 && door->card_where != NULL)
		door->card_fd = listen_open("Card", door->card_where, error);
	listen_forget();
	return door->fd >= 0 && (door->card_where == NULL || door->card_fd >= 0);
}

PortalDoor *portal_door_open(const Settings *settings, GError **error)
{
	g_autoptr(PortalDoor) door = g_new0(PortalDoor, 1);

	door->fd = door->card_fd = -1;
	door->where = g_strdup(settings->listen);
	door->card_where = g_strdup(settings->card.listen);
	if (!read_files(settings, &door->files, error) ||
	    !read_judge(settings, &door->judge, error) || !open_sockets(door, error))
		return NULL;
	return g_steal_pointer(&door);
}

void portal_door_free(PortalDoor *door)
{
	if (door == NULL)
		return;
	if (door->fd >= 0)
		listen_close(door->fd, door->where);
	if (door->card_fd >= 0)
		listen_close(door->card_fd, door->card_where);
	g_free(door->where);
	g_free(door->card_where);
	tls_files_free(door->files);
	card_judge_free(door->judge);
	g_free(door);
}

void portal_door_keep(const PortalDoor *door)
{
	listen_keep(door->fd, door->where);
	if (door->card_fd >= 0)
		listen_keep(door->card_fd, door->card_where);
}

bool portal_door_check(const Settings *settings, GError **error)
{
	g_autoptr(TlsFiles) files = NULL;
	g_autoptr(CardJudge) judge = NULL;

	return read_files(settings, &files, error) && read_judge(settings, &judge, error);
}

char *portal_door_describe(const Settings *settings, GError **error)
{
	g_autoptr(TlsFiles) files = NULL;
	g_autoptr(GDateTime) expires = NULL;
	g_autofree char *day = NULL;

	if (!read_files(settings, &files, error) || files == NULL)
		return NULL;
	expires = g_date_time_new_from_unix_utc(files->expires);
	day = g_date_time_format(expires, "%Y-%m-%d");
	return g_strdup_printf("its certificate is valid until %s (in %" G_GINT64_FORMAT " days)",
			       day, (files->expires - now()) / (24 * 60 * 60));
}

bool portal_card_describe(const Settings *settings, char **ret_line, GError **error)
{
	g_autoptr(CardJudge) judge = NULL;

	*ret_line = NULL;
	if (!read_judge(settings, &judge, error))
		return false;
	return judge == NULL || card_judge_describe(judge, now(), ret_line);
}
