/* failpoint.h - places where a test can make the program fail; nothing of it is in an ordinary
 *build.
 *
 * A failpoint is a name at a step that must be safe to repeat: FAILPOINT("reader.parse").  Built
 *with
 * --enable-failpoints (ENABLE_FAILPOINTS), the environment says what happens there:
 *
 *	PERSOCONTACT_FAILPOINTS="name=action[@count][,name=action[@count]...]"
 *
 *	crash	the process ends by SIGKILL, as if the machine had died
 *	abort	the process ends by SIGABRT
 *	hang	waits for ever, without using the processor
 *	spin	waits for ever, using the processor
 *	memory	takes memory until there is none
 *	stop	the process stands still until SIGCONT, and goes on
 *	error	FAILPOINT_ERROR(name) is true there: the caller fails as it would by itself
 *
 * With @count it happens the count-th time that this process passes there (from 1), and only then;
 * without it every time.  Unknown actions end the process with a sentence, so that no test passes
 *by a spelling mistake.  A process reads the variable once.  Safe in threads.
 */
#pragma once

#include <stdbool.h>

#ifdef ENABLE_FAILPOINTS
#define FAILPOINT(name) ((void)failpoint(name))
#define FAILPOINT_ERROR(name) failpoint(name)
/* True: the caller shall fail ("error"). */
bool failpoint(const char *name);
#else
#define FAILPOINT(name) ((void)0)
#define FAILPOINT_ERROR(name) false
#endif
