# The one program; the order of the libraries is that of the layers, the highest first.
OUR_ARCHIVES = portal/libportal.a notifier/libnotifier.a gateway/libgateway.a store/libstore.a forms/libforms.a common/libcommon.a

noinst_LIBRARIES += desk/libdesk.a
desk_libdesk_a_SOURCES = \
	%D%/case_json.c \
	%D%/case_json.h \
	%D%/cmd_backup.c \
	%D%/cmd_case.c \
	%D%/cmd_case.h \
	%D%/cmd_case_export.c \
	%D%/cmd_case_verbs.c \
	%D%/cmd_check.c \
	%D%/cmd_demo.c \
	%D%/cmd_explain.c \
	%D%/cmd_form.c \
	%D%/cmd_gateway.c \
	%D%/cmd_held.c \
	%D%/cmd_ingest.c \
	%D%/cmd_init.c \
	%D%/cmd_mail.c \
	%D%/cmd_outbox.c \
	%D%/cmd_person.c \
	%D%/cmd_portal.c \
	%D%/cmd_reconcile.c \
	%D%/cmd_replay.c \
	%D%/cmd_run.c \
	%D%/cmd_verify.c \
	%D%/commands.c \
	%D%/daily.c \
	%D%/daily.h \
	%D%/demo.c \
	%D%/demo.h \
	%D%/desk.c \
	%D%/desk.h \
	%D%/directory.c \
	%D%/directory.h \
	%D%/directory_values.c \
	%D%/directory_values.h \
	%D%/init.h \
	%D%/look_over.c \
	%D%/look_over.h \
	%D%/receipt_show.c \
	%D%/receipt_show.h \
	%D%/replay.c \
	%D%/replay.h \
	%D%/replay_actions.c \
	%D%/replay_held.c \
	%D%/replay_page.c \
	%D%/session.c \
	%D%/session.h \
	%D%/sub.c \
	%D%/sub.h \
	%D%/table.c

bin_PROGRAMS += persocontact
persocontact_SOURCES = %D%/main.c
persocontact_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)

demodir = $(pkgdatadir)/desk/demo
dist_demo_DATA = \
	%D%/demo/1-request-nl.eml \
	%D%/demo/2-incomplete-fr.eml \
	%D%/demo/3-missing-piece-fr.eml \
	%D%/demo/4-question-de.eml \
	%D%/demo/5-menu-en.eml \
	%D%/demo/6-approval-nl.eml \
	%D%/demo/7-manager-yes.eml \
	%D%/demo/8-answer-nl.eml \
	%D%/demo/people.csv
