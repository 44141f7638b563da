/* sink.c - a mail server that takes everything, keeps nothing, and counts.
 *
 *   sink FILE DOMAIN
 *
 * Listens on a free port of 127.0.0.1 and prints it.  FILE is memory shared with who looks: the
 * Counters below.  A mail to a recipient in DOMAIN goes to the desk's own people; every other is an
 * acknowledgement.
 */
#include "tests/bench/bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define CLIENTS 64
#define LINE_BYTES 1024

typedef struct Counters {
	uint64_t mails, acknowledgements, bytes;
	uint64_t last; /* CLOCK_MONOTONIC of the last acknowledgement, nanoseconds */
} Counters;

typedef struct Client {
	char line[LINE_BYTES]; /* the one that is coming */
	size_t length;
	bool is_data, is_ours;
} Client;

static struct pollfd fds[CLIENTS + 1];
static Client clients[CLIENTS + 1];
static volatile Counters *counters;
static const char *domain;

static void mail_taken(const Client *client)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!client->is_ours) {
		counters->last = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
		counters->acknowledgements++;
	}
	counters->mails++;
}

/* The answer to a line that is whole, or NULL: none. */
static const char *answer(Client *client)
{
	if (client->is_data) {
		if (strcmp(client->line, ".") != 0)
			return NULL;
		client->is_data = false;
		mail_taken(client);
		return "250 2.0.0 taken\r\n";
	}
	if (g_ascii_strncasecmp(client->line, "EHLO", 4) == 0)
		return "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n";
	if (g_ascii_strncasecmp(client->line, "RCPT", 4) == 0)
		client->is_ours = strstr(client->line, domain) != NULL;
	if (g_ascii_strncasecmp(client->line, "QUIT", 4) == 0)
		return "221 2.0.0 bye\r\n";
	client->is_data = g_ascii_strncasecmp(client->line, "DATA", 4) == 0;
	return client->is_data ? "354 go on\r\n" : "250 2.1.0 ok\r\n";
}

/* One piece of the client's bytes: up to and with a line's end. */
static size_t take_line(Client *client, int fd, const char *bytes, size_t length)
{
	const char *end = memchr(bytes, '\n', length);
	size_t got = end != NULL ? (size_t)(end - bytes) : length;
	size_t kept = MIN(got, LINE_BYTES - 1 - client->length);
	const char *said;

	memcpy(client->line + client->length, bytes, kept);
	client->length += kept;
	if (end == NULL)
		return got;
	if (client->length > 0 && client->line[client->length - 1] == '\r')
		client->length--;
	client->line[client->length] = '\0';
	client->length = 0;
	said = answer(client);
	if (said != NULL && write(fd, said, strlen(said)) < 0)
		perror("sink");
	return got + 1;
}

static bool serve(int fd, Client *client)
{
	static char bytes[256 * 1024];
	ssize_t length = read(fd, bytes, sizeof(bytes));

	if (length <= 0)
		return false;
	counters->bytes += (uint64_t)length;
	for (size_t at = 0; at < (size_t)length;)
		at += take_line(client, fd, bytes + at, (size_t)length - at);
	return true;
}

static void take_client(int listener)
{
	static const char greeting[] = "220 sink ESMTP\r\n";
	int fd = accept(listener, NULL, NULL), one = 1;

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (guint i = 1; i <= CLIENTS; i++) {
		if (fds[i].fd >= 0)
			continue;
		fds[i].fd = fd;
		memset(&clients[i], 0, sizeof(clients[i]));
		if (write(fd, greeting, sizeof(greeting) - 1) < 0)
			perror("sink");
		return;
	}
	close(fd);
}

static int open_listener(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 ||
	    listen(fd, CLIENTS) < 0 || getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		bench_die("sink", g_strerror(errno));
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void open_counters(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(Counters)) < 0)
		bench_die(path, g_strerror(errno));
	counters = mmap(NULL, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counters == MAP_FAILED)
		bench_die(path, g_strerror(errno));
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		bench_die("usage", "sink FILE DOMAIN");
	signal(SIGPIPE, SIG_IGN);
	open_counters(argv[1]);
	domain = argv[2];
	for (guint i = 1; i <= CLIENTS; i++)
		fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	fds[0] = (struct pollfd){ .fd = open_listener(), .events = POLLIN };
	while (poll(fds, CLIENTS + 1, -1) >= 0 || errno == EINTR) {
		for (guint i = 1; i <= CLIENTS; i++) {
			if (fds[i].fd < 0 || fds[i].revents == 0 || serve(fds[i].fd, &clients[i]))
				continue;
			close(fds[i].fd);
			fds[i].fd = -1;
		}
		if (fds[0].revents != 0)
			take_client(fds[0].fd);
	}
	return 1;
}
