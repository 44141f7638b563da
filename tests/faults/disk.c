/* disk.c - a disk that fails: preloaded into the program by tests/faults/run.
 *
 *     cc -shared -fPIC -o disk.so disk.c -ldl; LD_PRELOAD=./disk.so DISK_UNDER=/desk DISK_NTH=7 ...
 *
 * Every change of a file below DISK_UNDER is counted: opening it for writing, write, pwrite,
 * ftruncate, fsync, fdatasync, rename, unlink, mkdir.  At the DISK_NTH one:
 *
 *     DISK_FAULT=EIO|ENOSPC   it fails so (a write of more than one byte may be short first), and
 *                             with DISK_STAYS=1 every later one too
 *     DISK_FAULT=power        the power goes.  What the disk would hold then is written to the
 *                             folder DISK_IMAGE, and the process ends by SIGKILL: what was made
 *                             durable by fsync, of all else a random part (DISK_SEED): single
 *                             writes, torn ones, or none; of new, renamed and removed names those
 *                             up to a random one since the last fsync of their folder.
 *
 * DISK_LIES=.seg: syncing files with this ending does nothing, to see that the test sees it.
 * DISK_COUNT=FILE: how many changes there were, at the end.
 *
 * What was on the disk when the process began counts as durable; files ending in -shm are memory.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096

typedef struct Bytes {
	char *data;
	size_t size;
} Bytes;

typedef struct Change { /* of a file since it was last made durable */
	struct Change *next;
	bool truncates;
	off_t offset;
	Bytes bytes;
} Change;

typedef struct File {
	Bytes durable;
	Change *first, **last;
	mode_t mode;
} File;

typedef struct Name {
	struct Name *next;
	char *path;
	File *file; /* NULL: it is gone */
} Name;

typedef struct Move { /* of names, in order, since their folder was last made durable */
	struct Move *next;
	char *path;
	File *file; /* NULL: unlink */
	char *from; /* of a rename, or NULL */
} Move;

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const char *under, *fault, *image, *lies;
static long nth, count;
static bool stays, ready;
static unsigned seed;
static File *files[FDS];
static Name *durable_names, *live_names;
static Move *moves;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static void end(void)
{
	const char *path = getenv("DISK_COUNT");
	FILE *out = path != NULL ? fopen(path, "w") : NULL;

	if (out == NULL)
		return;
	fprintf(out, "%ld\n", count);
	fclose(out);
}

static void begin(void)
{
	const char *text;

	if (ready)
		return;
	ready = true;
	under = getenv("DISK_UNDER");
	fault = getenv("DISK_FAULT");
	image = getenv("DISK_IMAGE");
	lies = getenv("DISK_LIES");
	nth = (text = getenv("DISK_NTH")) != NULL ? strtol(text, NULL, 10) : 0;
	seed = (text = getenv("DISK_SEED")) != NULL ? (unsigned)strtoul(text, NULL, 10) : 1;
	stays = getenv("DISK_STAYS") != NULL;
	if (under != NULL)
		atexit(end);
}

static bool ends_with(const char *path, const char *what)
{
	size_t a = strlen(path), b = strlen(what);

	return a >= b && strcmp(path + a - b, what) == 0;
}

/* The whole path of something below the folder; NULL: it is elsewhere, or only memory. */
static char *whole_path(int folder, const char *path)
{
	char place[PATH_MAX] = "", link[64], whole[2 * PATH_MAX];

	begin();
	if (under == NULL)
		return NULL;
	if (path[0] != '/') {
		if (folder == AT_FDCWD) {
			if (getcwd(place, sizeof(place)) == NULL)
				return NULL;
		} else {
			snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
			ssize_t got = readlink(link, place, sizeof(place) - 1);

			if (got < 0)
				return NULL;
			place[got] = '\0';
		}
	}
	snprintf(whole, sizeof(whole), "%s%s%s", place, path[0] != '/' ? "/" : "", path);
	if (strncmp(whole, under, strlen(under)) != 0 || whole[strlen(under)] != '/' ||
	    ends_with(whole, "-shm"))
		return NULL;
	return strdup(whole);
}

/* ---- what is durable ---- */

static Name *name_of(Name **names, const char *path)
{
	Name *name = *names;

	while (name != NULL && strcmp(name->path, path) != 0)
		name = name->next;
	if (name == NULL) {
		name = calloc(1, sizeof(*name));
		name->path = strdup(path);
		name->next = *names;
		*names = name;
	}
	return name;
}

static void bytes_put(Bytes *bytes, off_t offset, const void *data, size_t size)
{
	if ((size_t)offset + size > bytes->size) {
		bytes->data = realloc(bytes->data, (size_t)offset + size);
		memset(bytes->data + bytes->size, 0, (size_t)offset + size - bytes->size);
		bytes->size = (size_t)offset + size;
	}
	memcpy(bytes->data + offset, data, size);
}

static void bytes_cut(Bytes *bytes, size_t size)
{
	if (size > bytes->size)
		bytes_put(bytes, (off_t)size - 1, "", 1);
	bytes->size = size;
}

static void read_whole(const char *path, Bytes *bytes)
{
	char piece[65536];
	int fd = REAL(open)(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	while (fd >= 0 && (got = read(fd, piece, sizeof(piece))) > 0)
		bytes_put(bytes, (off_t)bytes->size, piece, (size_t)got);
	if (fd >= 0)
		REAL(close)(fd);
}

/* The file as it was before this process changed it. */
static File *file_of(const char *path, bool is_new)
{
	Name *live = name_of(&live_names, path);
	struct stat status;

	if (live->file != NULL)
		return live->file;
	live->file = calloc(1, sizeof(File));
	live->file->last = &live->file->first;
	live->file->mode = 0660;
	if (!is_new) {
		read_whole(path, &live->file->durable);
		if (stat(path, &status) == 0)
			live->file->mode = status.st_mode & 0777;
		name_of(&durable_names, path)->file = live->file;
	}
	return live->file;
}

static void move_put(const char *path, File *file, const char *from)
{
	Move **last = &moves, *move = calloc(1, sizeof(*move));

	while (*last != NULL)
		last = &(*last)->next;
	move->path = strdup(path);
	move->file = file;
	move->from = from != NULL ? strdup(from) : NULL;
	*last = move;
}

static void change_put(File *file, bool truncates, off_t offset, const void *data, size_t size)
{
	Change *change = calloc(1, sizeof(*change));

	change->truncates = truncates;
	change->offset = offset;
	if (size > 0)
		bytes_put(&change->bytes, 0, data, size);
	*file->last = change;
	file->last = &change->next;
}

static void change_do(Bytes *bytes, const Change *change, size_t size)
{
	if (change->truncates)
		bytes_cut(bytes, (size_t)change->offset);
	else if (size > 0)
		bytes_put(bytes, change->offset, change->bytes.data, size);
}

static void make_durable(File *file)
{
	for (Change *change = file->first; change != NULL; change = file->first) {
		change_do(&file->durable, change, change->bytes.size);
		file->first = change->next;
		free(change->bytes.data);
		free(change);
	}
	file->last = &file->first;
}

static void move_do(const Move *move)
{
	if (move->from != NULL)
		name_of(&durable_names, move->from)->file = NULL;
	name_of(&durable_names, move->path)->file = move->file;
}

static bool is_in(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && path[length] == '/' &&
	       strchr(path + length + 1, '/') == NULL;
}

static void make_names_durable(const char *folder)
{
	for (Move **at = &moves; *at != NULL;) {
		Move *move = *at;

		if (!is_in(move->path, folder)) {
			at = &move->next;
			continue;
		}
		move_do(move);
		*at = move->next;
		free(move->path);
		free(move->from);
		free(move);
	}
}

/* ---- the power goes ---- */

static unsigned chance(unsigned of)
{
	return (unsigned)rand_r(&seed) % of;
}

static void write_image(const char *path, const File *file)
{
	char to[2 * PATH_MAX];
	int fd;

	snprintf(to, sizeof(to), "%s%s", image, path + strlen(under));
	for (char *slash = strchr(to + strlen(image) + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		REAL(mkdir)(to, 0770);
		*slash = '/';
	}
	fd = REAL(open)(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 ||
	    (file->durable.size > 0 && REAL(write)(fd, file->durable.data, file->durable.size) !=
					       (ssize_t)file->durable.size))
		_exit(99);
	fchmod(fd, file->mode);
	REAL(close)(fd);
}

static void lose_power(void)
{
	char gone[PATH_MAX];
	unsigned some = 0;
	FILE *list;

	for (Move *move = moves; move != NULL; move = move->next)
		some++;
	some = chance(some + 1);
	for (Move *move = moves; move != NULL && some > 0; move = move->next, some--)
		move_do(move);
	snprintf(gone, sizeof(gone), "%s/gone", image);
	REAL(mkdir)(image, 0770);
	list = fopen(gone, "w");
	for (Name *name = live_names; name != NULL; name = name->next)
		if (name_of(&durable_names, name->path)->file == NULL && list != NULL)
			fprintf(list, "%s\n", name->path + strlen(under) + 1);
	for (Name *name = durable_names; name != NULL; name = name->next) {
		unsigned all = chance(3); /* none, some, all of what was written since */

		if (name->file == NULL)
			continue;
		for (Change *change = name->file->first; change != NULL; change = change->next) {
			size_t size = change->bytes.size;

			if (all == 0 || (all == 1 && chance(2) == 0))
				continue;
			if (all == 1 && chance(4) == 0 && size > 512) /* torn between two sectors */
				size = 512 * (1 + chance((unsigned)(size / 512)));
			change_do(&name->file->durable, change, size);
		}
		write_image(name->path, name->file);
	}
	if (list != NULL)
		fclose(list);
	raise(SIGKILL);
}

/* Counts a change; true: it shall fail. */
static bool meets_fault(void)
{
	count++;
	if (nth == 0 || fault == NULL || (count != nth && !(stays && count > nth)))
		return false;
	if (strcmp(fault, "power") == 0)
		lose_power();
	errno = strcmp(fault, "ENOSPC") == 0 ? ENOSPC : EIO;
	return true;
}

/* ---- the calls ---- */

static int open_it(int folder, const char *path, int flags, mode_t mode)
{
	char *whole = (flags & (O_WRONLY | O_RDWR)) != 0 && (flags & O_TMPFILE) != O_TMPFILE
			      ? whole_path(folder, path)
			      : NULL;
	struct stat status;
	bool is_new;
	int fd;

	if (whole == NULL)
		return REAL(openat)(folder, path, flags, mode);
	pthread_mutex_lock(&lock);
	is_new = stat(whole, &status) != 0;
	if (!(is_new && (flags & O_CREAT) == 0) && meets_fault()) {
		pthread_mutex_unlock(&lock);
		free(whole);
		return -1;
	}
	fd = REAL(openat)(folder, path, flags, mode);
	if (fd >= 0 && fd < FDS) {
		files[fd] = file_of(whole, is_new);
		if (is_new)
			move_put(whole, files[fd], NULL);
		else if ((flags & O_TRUNC) != 0)
			change_put(files[fd], true, 0, NULL, 0);
	}
	pthread_mutex_unlock(&lock);
	free(whole);
	return fd;
}

#define MODE(flags)                                 \
	mode_t mode = 0;                            \
	if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
		va_list more;                       \
		va_start(more, flags);              \
		mode = va_arg(more, mode_t);        \
		va_end(more);                       \
	}

int open(const char *path, int flags, ...)
{
	MODE(flags)
	return open_it(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	MODE(flags)
	return open_it(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	MODE(flags)
	return open_it(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
	MODE(flags)
	return open_it(folder, path, flags, mode);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS)
		files[fd] = NULL;
	return REAL(close)(fd);
}

static File *file_at(int fd)
{
	return fd >= 0 && fd < FDS ? files[fd] : NULL;
}

static ssize_t write_it(int fd, const void *data, size_t size, off_t offset)
{
	ssize_t done;

	pthread_mutex_lock(&lock);
	if (meets_fault()) {
		pthread_mutex_unlock(&lock);
		return -1;
	}
	done = REAL(pwrite)(fd, data, size, offset);
	if (done > 0)
		change_put(file_at(fd), false, offset, data, (size_t)done);
	pthread_mutex_unlock(&lock);
	return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
	return file_at(fd) != NULL ? write_it(fd, data, size, offset)
				   : REAL(pwrite)(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset)
{
	return pwrite(fd, data, size, offset);
}

ssize_t write(int fd, const void *data, size_t size)
{
	struct stat status;
	off_t offset;
	ssize_t done;

	if (file_at(fd) == NULL)
		return REAL(write)(fd, data, size);
	offset = lseek(fd, 0, SEEK_CUR);
	if ((fcntl(fd, F_GETFL) & O_APPEND) != 0 && fstat(fd, &status) == 0)
		offset = status.st_size;
	done = write_it(fd, data, size, offset);
	if (done > 0)
		lseek(fd, offset + done, SEEK_SET);
	return done;
}

int ftruncate(int fd, off_t size)
{
	int done;

	if (file_at(fd) == NULL)
		return REAL(ftruncate)(fd, size);
	pthread_mutex_lock(&lock);
	done = meets_fault() ? -1 : REAL(ftruncate)(fd, size);
	if (done == 0)
		change_put(file_at(fd), true, size, NULL, 0);
	pthread_mutex_unlock(&lock);
	return done;
}

int ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

static int sync_it(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t got;
	int failed = 0;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	got = readlink(link, path, sizeof(path) - 1);
	path[got > 0 ? got : 0] = '\0';
	begin();
	if (under == NULL || strncmp(path, under, strlen(under)) != 0)
		return 0;
	pthread_mutex_lock(&lock);
	if (meets_fault())
		failed = -1;
	else if (file_at(fd) == NULL)
		make_names_durable(path);
	else if (lies == NULL || !ends_with(path, lies))
		make_durable(file_at(fd));
	pthread_mutex_unlock(&lock);
	return failed;
}

int fsync(int fd)
{
	return sync_it(fd);
}

int fdatasync(int fd)
{
	return sync_it(fd);
}

static int rename_it(int from_folder, const char *from, int to_folder, const char *to,
		     unsigned flags)
{
	char *a = whole_path(from_folder, from), *b = whole_path(to_folder, to);
	int done;

	pthread_mutex_lock(&lock);
	if ((a != NULL || b != NULL) && meets_fault()) {
		done = -1;
	} else {
		File *file = a != NULL && b != NULL ? file_of(a, false) : NULL;

		done = REAL(renameat2)(from_folder, from, to_folder, to, flags);
		if (done == 0 && file != NULL) {
			name_of(&live_names, a)->file = NULL;
			name_of(&live_names, b)->file = file;
			move_put(b, file, a);
		}
	}
	pthread_mutex_unlock(&lock);
	free(a);
	free(b);
	return done;
}

int rename(const char *from, const char *to)
{
	return rename_it(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	return rename_it(from_folder, from, to_folder, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	return rename_it(from_folder, from, to_folder, to, flags);
}

int unlink(const char *path)
{
	char *whole = whole_path(AT_FDCWD, path);
	struct stat status;
	int done;

	if (whole == NULL || stat(whole, &status) != 0) {
		free(whole);
		return REAL(unlink)(path);
	}
	pthread_mutex_lock(&lock);
	if (meets_fault()) {
		done = -1;
	} else {
		file_of(whole, false);
		done = REAL(unlink)(path);
		name_of(&live_names, whole)->file = NULL;
		move_put(whole, NULL, NULL);
	}
	pthread_mutex_unlock(&lock);
	free(whole);
	return done;
}

int mkdir(const char *path, mode_t mode)
{
	char *whole = whole_path(AT_FDCWD, path);
	int done;

	pthread_mutex_lock(&lock);
	done = whole != NULL && meets_fault() ? -1 : REAL(mkdir)(path, mode);
	pthread_mutex_unlock(&lock);
	free(whole);
	return done;
}
