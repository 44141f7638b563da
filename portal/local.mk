noinst_LIBRARIES += portal/libportal.a
portal_libportal_a_SOURCES = \
	%D%/access.c \
	%D%/access.h \
	%D%/answer.c \
	%D%/connections.c \
	%D%/connections.h \
	%D%/cookie.c \
	%D%/cookie.h \
	%D%/drafts.c \
	%D%/drafts.h \
	%D%/fields.c \
	%D%/fields.h \
	%D%/fields_show.c \
	%D%/http.c \
	%D%/http.h \
	%D%/inside.h \
	%D%/keep.c \
	%D%/keep.h \
	%D%/listen.c \
	%D%/listen.h \
	%D%/page_bulk.c \
	%D%/page_case.c \
	%D%/page_document.c \
	%D%/page_form.c \
	%D%/page_link.c \
	%D%/page_mine.c \
	%D%/page_write.c \
	%D%/portal.c \
	%D%/portal.h \
	%D%/request.c \
	%D%/route.c \
	%D%/route.h \
	%D%/sniff.c \
	%D%/sniff.h \
	%D%/upload.c \
	%D%/upload.h
