/* sender.c - what both kinds of sender share. */
#include "notifier/sender.h"

#include "common/text.h"
#include "notifier/notifier.h"

#define REPLY_BYTES 500

Sender *sender_open(const Settings *settings, GError **error)
{
	if (g_str_has_prefix(settings->smtp.server, "directory:"))
		return sender_directory_new(settings->smtp.server + strlen("directory:"), error);
	return sender_smtp_new(settings, error);
}

void sender_free(Sender *sender)
{
	if (sender != NULL)
		sender->free(sender);
}

char *sender_check(const Settings *settings, GError **error)
{
	g_autoptr(Sender) sender = sender_open(settings, error);

	return sender != NULL ? sender->check(sender, error) : NULL;
}

SendJob *send_job_new(void)
{
	SendJob *job = g_new0(SendJob, 1);

	job->kind = job->number = job->from = job->to = "";
	job->fd = -1;
	return job;
}

void send_job_free(SendJob *job)
{
	if (job == NULL)
		return;
	g_free(job->reply);
	g_free(job);
}

void send_job_finish(SendJob *job, SendResult result, const char *reply)
{
	job->finished = true;
	job->result = result;
	g_free(job->reply);
	job->reply = text_one_line(reply, REPLY_BYTES);
}
