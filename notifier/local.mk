noinst_LIBRARIES += notifier/libnotifier.a
notifier_libnotifier_a_SOURCES = \
	%D%/compose.c \
	%D%/compose.h \
	%D%/compose_bulk.c \
	%D%/compose_commands.c \
	%D%/compose_data.c \
	%D%/compose_data.h \
	%D%/compose_digest.c \
	%D%/compose_lists.c \
	%D%/compose_parts.c \
	%D%/compose_places.c \
	%D%/compose_rows.c \
	%D%/compose_splice.c \
	%D%/compose_splice.h \
	%D%/compose_words.c \
	%D%/compose_words.h \
	%D%/facts.c \
	%D%/facts.h \
	%D%/helper.c \
	%D%/inside.h \
	%D%/notifier.c \
	%D%/notifier.h \
	%D%/remind.c \
	%D%/remind.h \
	%D%/render.c \
	%D%/retry.c \
	%D%/retry.h \
	%D%/sender.c \
	%D%/sender.h \
	%D%/sender_directory.c \
	%D%/sender_smtp.c \
	%D%/sender_smtp.h \
	%D%/settle.c \
	%D%/smtp_outcome.c \
	%D%/smtp_wire.c \
	%D%/smtp_wire.h \
	%D%/thread.c
