/* reader_doors.c - resource limits, then Landlock, then a seccomp filter: each by plain system
 * calls.
 *
 * Three walls, since each has gaps that another has not: limits know no network, Landlock
 * no memory, and seccomp no paths (it allows no call that takes one).
 */
#include "gateway/reader_doors.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZERS true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZERS true
#endif
#endif
#ifndef SANITIZERS
#define SANITIZERS false
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define X32 0x40000000u /* x86-64: a second table of calls begins here */
#define LEAST_DESCRIPTORS 16
#define STACK_BYTES (8 * 1024 * 1024)

bool doors_have_sanitizers(void)
{
	return SANITIZERS;
}

static bool limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now) != 0)
		return false;
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		most = now.rlim_max;
	return setrlimit(resource, &(struct rlimit){ most, most }) == 0;
}

static bool close_limits(void)
{
	if (!SANITIZERS &&
	    (!limit(RLIMIT_DATA, READER_DATA_BYTES) || !limit(RLIMIT_AS, READER_ADDRESS_BYTES)))
		return false;
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
	       limit(RLIMIT_NOFILE, LEAST_DESCRIPTORS) && limit(RLIMIT_STACK, STACK_BYTES) &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* ---- Landlock: everything it knows is handled, nothing is granted ---- */

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self 446
#endif
#define LANDLOCK_VERSION 1u

/* linux/landlock.h of the kernel that runs may be newer than the one we are built with. */
typedef struct LandlockRules {
	guint64 files, ports, scopes;
} LandlockRules;

static const struct {
	int file_rights; /* bits that this version knows */
	guint64 ports, scopes;
	gsize size;
} landlock_versions[] = {
	{ 13, 0, 0, 8 },  { 14, 0, 0, 8 },  { 15, 0, 0, 8 },
	{ 15, 3, 0, 16 }, { 16, 3, 0, 16 }, { 16, 3, 3, 24 },
};

static bool close_landlock(void)
{
	long version = syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);
	long rules;
	bool done;

	if (version < 1)
		return false;
	version = MIN(version, (long)G_N_ELEMENTS(landlock_versions)) - 1;
	LandlockRules none = { (G_GUINT64_CONSTANT(1) << landlock_versions[version].file_rights) -
				       1,
			       landlock_versions[version].ports,
			       landlock_versions[version].scopes };
	rules = syscall(__NR_landlock_create_ruleset, &none, landlock_versions[version].size, 0);
	if (rules < 0)
		return false;
	done = syscall(__NR_landlock_restrict_self, (int)rules, 0) == 0;
	close((int)rules);
	return done;
}

/* ---- seccomp ---- */

#ifdef ARCHITECTURE

static const guint allowed[] = {
	__NR_recvmsg,
	__NR_sendmsg,
	__NR_sendto,
	__NR_recvfrom, /* on the one socket there is */
	__NR_read,
	__NR_pread64,
	__NR_lseek,
	__NR_close,
	__NR_dup,
	__NR_fstat,
	__NR_brk,
	__NR_munmap,
	__NR_mremap,
	__NR_madvise,
	__NR_futex,
	__NR_sched_yield,
	__NR_clock_gettime,
	__NR_clock_nanosleep,
	__NR_nanosleep,
	__NR_gettimeofday,
	__NR_getrandom,
	__NR_getpid,
	__NR_gettid,
	__NR_rt_sigaction,
	__NR_rt_sigprocmask,
	__NR_rt_sigreturn,
	__NR_restart_syscall,
	__NR_exit,
	__NR_exit_group,
};

/* What the sanitizers need to tell what they found. */
static const guint allowed_to_sanitizers[] = {
	__NR_write,      __NR_sigaltstack, __NR_readlinkat,      __NR_openat,
	__NR_newfstatat, __NR_getrlimit,   __NR_set_robust_list,
#ifdef __NR_readlink
	__NR_readlink,
#endif
#ifdef __NR_open
	__NR_open,
#endif
};

/* No library calls these while it reads: somebody else has taken over. */
static const guint deadly[] = {
	__NR_execve,
	__NR_execveat,
	__NR_clone,
	__NR_clone3,
	__NR_socket,
	__NR_socketpair,
	__NR_connect,
	__NR_bind,
	__NR_listen,
	__NR_accept,
	__NR_accept4,
	__NR_ptrace,
	__NR_process_vm_readv,
	__NR_process_vm_writev,
	__NR_kill,
	__NR_mount,
	__NR_setuid,
	__NR_setgid,
	__NR_chroot,
	__NR_bpf,
	__NR_unshare,
	__NR_setns,
	__NR_keyctl,
	__NR_io_uring_setup,
	__NR_memfd_create,
	__NR_init_module,
#ifdef __NR_fork
	__NR_fork,
	__NR_vfork,
#endif
};

typedef struct Program {
	struct sock_filter lines[256];
	gushort count;
} Program;

static void line(Program *program, gushort code, guint k, guchar yes, guchar no)
{
	if (program->count < G_N_ELEMENTS(program->lines))
		program->lines[program->count++] = (struct sock_filter){ code, yes, no, k };
}

static void answer(Program *program, guint what)
{
	line(program, BPF_RET | BPF_K, what, 0, 0);
}

static void load(Program *program, gsize place)
{
	line(program, BPF_LD | BPF_W | BPF_ABS, (guint)place, 0, 0);
}

static void answer_calls(Program *program, const guint *calls, gsize count, guint what)
{
	for (gsize i = 0; i < count; i++) {
		line(program, BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		answer(program, what);
	}
}

/* The lower half of an argument, as x86-64 and arm64 have it. */
static gsize argument(int number)
{
	return offsetof(struct seccomp_data, args) + (gsize)number * sizeof(guint64);
}

/* call, unless its argument has one of bits. */
static void allow_without_bits(Program *program, guint call, int number, guint bits)
{
	line(program, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
	load(program, argument(number));
	line(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
	answer(program, SECCOMP_RET_ALLOW);
}

/* call, if its argument is value. */
static void allow_with_value(Program *program, guint call, int number, guint value)
{
	line(program, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
	load(program, argument(number));
	line(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
}

static bool close_seccomp(void)
{
	Program program = { .count = 0 };

	load(&program, offsetof(struct seccomp_data, arch));
	line(&program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(&program, SECCOMP_RET_KILL_PROCESS);
	load(&program, offsetof(struct seccomp_data, nr));
	line(&program, BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
	answer(&program, SECCOMP_RET_KILL_PROCESS);
	answer_calls(&program, allowed, G_N_ELEMENTS(allowed), SECCOMP_RET_ALLOW);
	if (SANITIZERS)
		answer_calls(&program, allowed_to_sanitizers, G_N_ELEMENTS(allowed_to_sanitizers),
			     SECCOMP_RET_ALLOW);
	answer_calls(&program, deadly, G_N_ELEMENTS(deadly), SECCOMP_RET_KILL_PROCESS);
	allow_without_bits(&program, __NR_mmap, 2, PROT_EXEC);
	allow_without_bits(&program, __NR_mprotect, 2, PROT_EXEC);
	allow_with_value(&program, __NR_fcntl, 1, F_DUPFD_CLOEXEC);
	allow_with_value(&program, __NR_tgkill, 0, (guint)getpid()); /* abort() */
	answer(&program, SECCOMP_RET_ERRNO | EPERM);
	struct sock_fprog filter = { program.count, program.lines };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

#else

static bool close_seccomp(void)
{
	return false; /* calls have other numbers there */
}

#endif

bool doors_close(guint *ret_doors)
{
	if (!close_limits())
		return false;
	*ret_doors = DOORS_LIMITS;
	if (!SANITIZERS && close_landlock()) /* they read /proc/self/maps to tell where */
		*ret_doors |= DOORS_LANDLOCK;
	if (close_seccomp())
		*ret_doors |= DOORS_SECCOMP;
	return true;
}
